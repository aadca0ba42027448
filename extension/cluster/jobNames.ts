/**
 * Job ids are unique within one coordinator; the editor may know several (one a workspace folder, and those of jobs
 * that were attached to). Inside the editor a job's id therefore carries its coordinator's label.
 */
import type { ClusterEvent } from '../../runtime/protocol/events';
import type { JobSnapshot } from '../../runtime/protocol/job';

/** The id within the editor of a coordinator's job; the first coordinator's label is empty. */
export function qualify(job: string, label: string): string {
  return label === '' ? job : `${job} (${label})`;
}

/** An event with its job's id made unique within the editor. */
export function qualifyEvent(event: ClusterEvent, label: string): ClusterEvent {
  if (label === '') return event;
  switch (event.type) {
    case 'jobChanged':
      return { ...event, job: { ...event.job, id: qualify(event.job.id, label) } };
    case 'nodeChanged':
      return { ...event, node: { ...event.node, job: qualify(event.node.job, label) } };
    case 'clockChanged':
    case 'hostChanged':
    case 'deploymentChanged':
      return event;
    default:
      return { ...event, job: qualify(event.job, label) };
  }
}

/** A snapshot with its job's id made unique within the editor. */
export function qualifySnapshot({ job, nodes, ...rest }: JobSnapshot, label: string): JobSnapshot {
  const id = qualify(job.id, label);
  return { job: { ...job, id }, nodes: nodes.map((node) => ({ ...node, job: id })), ...rest };
}
