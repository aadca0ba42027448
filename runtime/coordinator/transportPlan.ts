/** Decides how the messages of a job travel, once its nodes have said what they can. Pure. */
import type { NodeMemory } from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import type { JobInfo, TransportName } from '../protocol/job';

export interface TransportPlan {
  transport: JobInfo['transport'];
  /** By rank: the inboxes that this node writes to, by rank; null where it uses a socket. */
  inboxes: (string | null)[][];
  /** A node that was to have shared memory, without fail, and has none. */
  problem: { rank: number; error: LockstepError } | undefined;
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
  const sameHost = (a: number, b: number) => seats[a]?.host === seats[b]?.host;
  const lacking = nodes.find(({ memory }) => 'reason' in memory);
  const problem =
    wanted === 'shm' && lacking && 'reason' in lacking.memory
      ? {
          rank: lacking.rank,
          error: new LockstepError('noSharedMemory', { rank: lacking.rank, reason: lacking.memory.reason }),
        }
      : undefined;
  const lacks = (rank: number) => nodes.some((node) => sameHost(node.rank, rank) && 'reason' in node.memory);
  const inboxes = nodes.map(({ rank }) =>
    nodes.map((peer) =>
      'inbox' in peer.memory && sameHost(rank, peer.rank) && !lacks(rank) ? peer.memory.inbox : null,
    ),
  );
  const others = inboxes.flatMap((row, rank) => row.filter((_, peer) => peer !== rank));
  const shared = others.filter((inbox) => inbox !== null).length;
  const all = shared === others.length && (others.length > 0 || !lacking);
  return { transport: all ? 'shm' : shared > 0 ? 'shm+socket' : 'socket', inboxes, problem };
}
