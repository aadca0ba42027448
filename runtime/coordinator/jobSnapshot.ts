import type { JobSnapshot } from '../protocol/job';
import type { Job } from './job';

/** All that a client has to know of a job that was there before it came. */
export function snapshotOf({ info: job, nodes, faults, tasks }: Job): JobSnapshot {
  return { job, nodes: nodes.map(({ info }) => info), faults: faults.history, tasks: tasks.last };
}
