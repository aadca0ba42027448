import type { Seat } from '../launch/nodeHost';
import { defaultEagerLimitBytes } from '../protocol/envelope';
import type { MessageFaults } from '../protocol/faults';
import type { JobSpec } from '../protocol/job';
import type { JobContext } from './jobContext';
import { placeJournal } from './placeJournal';
import type { NodeHandle } from './nodeHandle';
import type { Recordings } from './recordings';
import type { TransportPlan } from './transportPlan';

/** Lets nodes of a job load the program, all of them or those of `starting`; each is told of all. */
export function startNodes(
  nodes: readonly NodeHandle[],
  { seats, number: job }: Pick<JobContext, 'seats' | 'number'>,
  spec: JobSpec,
  { inboxes }: Pick<TransportPlan, 'inboxes'>,
  recordings: Recordings,
  faults: MessageFaults | undefined,
  starting = nodes,
): void {
  const { program, args, stopOnEntry, replica, eagerLimitBytes = defaultEagerLimitBytes } = spec;
  for (const node of starting) {
    const { rank } = node;
    node.started = true;
    const { host, bundlePath: bundle } = seats[rank] as Seat;
    const peers = nodes.map((peer) => host.addressOf(job, peer.rank));
    const ways = { peers, inboxes: inboxes[rank] ?? [] };
    const recording = recordings.wish(rank);
    node.notify('start', {
      bundle,
      program,
      args,
      ...ways,
      stopOnEntry: stopOnEntry || node.stopsOnEntry,
      replica,
      journal: rank === 0 ? placeJournal(spec, host) : spec.journal,
      eagerLimitBytes,
      recording,
      faults,
    });
  }
}
