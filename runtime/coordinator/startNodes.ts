import type { Seat } from '../launch/nodeHost';
import { defaultEagerLimitBytes } from '../protocol/envelope';
import type { MessageFaults } from '../protocol/faults';
import type { JobSpec } from '../protocol/job';
import type { JobContext } from './jobContext';
import type { NodeHandle } from './nodeHandle';
import type { Recordings } from './recordings';
import type { TransportPlan } from './transportPlan';

/** Lets all nodes of a job load the program. */
export function startNodes(
  nodes: readonly NodeHandle[],
  { seats, number: job }: Pick<JobContext, 'seats' | 'number'>,
  { program, args, stopOnEntry, replica, eagerLimitBytes = defaultEagerLimitBytes }: JobSpec,
  { inboxes }: TransportPlan,
  recordings: Recordings,
  faults: MessageFaults | undefined,
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
      faults,
    });
  }
}
