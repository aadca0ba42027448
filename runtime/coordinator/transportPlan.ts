/** Decides how the messages of a job travel, once its nodes have said what they can. Pure. */
import type { NodeMemory } from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import type { JobInfo, TransportName } from '../protocol/job';

export interface TransportPlan {
  /** What there is to say of it in the job. */
  info: Pick<JobInfo, 'transport' | 'withoutMemory'>;
  /** By rank: the inboxes that this node writes to, by rank; null where it uses a socket. */
  inboxes: (string | null)[][];
  /** A node that was to have shared memory, without fail, and has none. */
  problem: { rank: number; error: LockstepError } | undefined;
}

/**
 * The inboxes of a job that has nodes since its start was planned: two of which one has joined later use shared memory
 * where they are on the same host and both have it.
 */
export function planInboxes(
  nodes: readonly { rank: number; memory: NodeMemory }[],
  seats: readonly { host: unknown }[],
): (string | null)[][] {
  return nodes.map(({ rank, memory: own }) =>
    nodes.map(({ rank: peer, memory }) => {
      const shared = seats[rank]?.host === seats[peer]?.host && 'inbox' in own && 'inbox' in memory;
      return shared ? memory.inbox : null;
    }),
  );
}

/**
 * Nodes on the same host use shared memory if all of them have it; all others use sockets. A host with one node has
 * nothing to share.
 */
export function planTransport(
  wanted: TransportName,
  nodes: readonly { rank: number; memory: NodeMemory }[],
  seats: readonly { host: unknown }[],
): TransportPlan {
  if (wanted === 'mpi') {
    return {
      info: { transport: 'mpi' },
      inboxes: nodes.map(() => nodes.map(() => null)),
      problem: undefined,
    };
  }
  const lacking = nodes.flatMap(({ rank, memory }) =>
    'reason' in memory ? [{ rank, reason: memory.reason, host: seats[rank]?.host }] : [],
  );
  const lackingHosts = new Set(lacking.map(({ host }) => host));
  const inboxes = nodes.map(({ rank }) =>
    nodes.map(({ rank: peer, memory }) => {
      const host = seats[rank]?.host;
      const shared = host === seats[peer]?.host && !lackingHosts.has(host);
      return shared && 'inbox' in memory ? memory.inbox : null;
    }),
  );
  const ways = inboxes.flatMap((row, rank) => row.filter((_, peer) => peer !== rank || nodes.length === 1));
  const shared = ways.filter((inbox) => inbox !== null).length;
  const transport = shared === ways.length ? 'shm' : shared > 0 ? 'shm+socket' : 'socket';
  const [first] = wanted === 'socket' ? [] : lacking;
  return {
    info: { transport, withoutMemory: first?.reason },
    inboxes,
    problem:
      first && wanted === 'shm'
        ? {
            rank: first.rank,
            error: new LockstepError('noSharedMemory', { rank: first.rank, reason: first.reason }),
          }
        : undefined,
  };
}
