import type { Seat } from '../launch/nodeHost';
import { defaultEagerLimitBytes } from '../protocol/envelope';
import type { JobSpec } from '../protocol/job';
import type { NodeHandle } from './nodeHandle';
import type { Recordings } from './recordings';
import type { TransportPlan } from './transportPlan';

/** Lets all nodes of a job, which is number `job` of its coordinator, load the program. */
export function startNodes(
  nodes: readonly NodeHandle[],
  seats: readonly Seat[],
  job: number,
  { program, args, stopOnEntry, replica, eagerLimitBytes = defaultEagerLimitBytes }: JobSpec,
  { inboxes }: TransportPlan,
  recordings: Recordings,
): void {
  for (const node of nodes) {
    const { rank } = node;
    const { host, bundlePath: bundle } = seats[rank] as Seat;
    const peers = nodes.map((peer) => host.addressOf(job, peer.rank));
    const ways = { peers, inboxes: inboxes[rank] ?? [] };
    const recording = recordings.wish(rank);
    node.notify('start', {
      bundle,
      program,
      args,
      ...ways,
      stopOnEntry,
      replica,
      eagerLimitBytes,
      recording,
    });
  }
}
