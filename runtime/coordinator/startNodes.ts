import type { Seat } from '../launch/nodeHost';
import type { JobSpec } from '../protocol/job';
import type { NodeHandle } from './nodeHandle';
import type { TransportPlan } from './transportPlan';

/** Lets all nodes of a job, which is number `job` of its coordinator, load the program. */
export function startNodes(
  nodes: readonly NodeHandle[],
  seats: readonly Seat[],
  job: number,
  { program, args, stopOnEntry, replica }: JobSpec,
  { inboxes }: TransportPlan,
): void {
  for (const node of nodes) {
    const { rank } = node;
    const { host, bundlePath: bundle } = seats[rank] as Seat;
    const peers = nodes.map((peer) => host.addressOf(job, peer.rank));
    const start = { bundle, program, args, peers, inboxes: inboxes[rank] ?? [], stopOnEntry, replica };
    node.notify('start', start);
  }
}
