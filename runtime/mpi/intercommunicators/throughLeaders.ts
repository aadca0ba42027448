/**
 * Collectives between two groups that give every node of one what the other has: through leaders.
 *
 * Source: MPI standard 4.0, section 6.2.3, and P. Silva, J. G. Silva, "Implementing MPI-2 extended collective
 * operations", EuroPVM/MPI 1999: each group collects at its first node, the two first nodes exchange, and each group
 * spreads what has come, both by binomial trees.
 * Failures: none are masked; a lost node fails the call at the nodes that wait for it.
 * Cost for groups of p and q nodes: 2 ceil(log2 max(p, q)) + 1 rounds, 2 (p - 1) + 2 (q - 1) + 2 messages; between the
 * groups what they have crosses once.
 */
import { decode } from '../../core/codec';
import type { Payload } from '../../protocol/envelope';
import { binomialBcast } from '../collectives/bcast/binomial';
import { bundle, unbundle } from '../collectives/bundle';
import { binomialGather } from '../collectives/gather/binomial';
import { binomialReduce } from '../collectives/reduce/binomial';
import { exchange, receive, type Schedule, send } from '../collectives/schedule';
import type { ReduceOperation } from '../operations';
import { type Sides, within } from './sides';

/** The leader gives the other leader what the group has collected; every node gets what that one gave. */
function* cross({ local, own, other }: Sides, collected: Payload | undefined): Schedule<Payload> {
  const came = collected && (yield* exchange(other.first, collected, other.first));
  return yield* within(own, binomialBcast(local, came, 0));
}

/** Returns once every node of the other group has entered. */
export function* interBarrier(sides: Sides): Schedule<void> {
  const { local, own } = sides;
  const all = yield* within(own, binomialGather(local, local.encode(undefined), 0));
  yield* cross(sides, all && bundle(all));
}

/** Every node's value of the other group, by rank. */
export function* interAllgather<T>(sides: Sides, data: T): Schedule<T[]> {
  const { local, own, other } = sides;
  const all = yield* within(own, binomialGather(local, local.encode(data), 0));
  const came = yield* cross(sides, all && bundle(all));
  return unbundle(came, other.size).map((payload) => decode(payload) as T);
}

/** The combination of the other group's values. */
export function* interAllreduce<T>(sides: Sides, data: T, operation: ReduceOperation<T>): Schedule<T> {
  const { local, own } = sides;
  const combined = yield* within(own, binomialReduce(local, data, operation, 0));
  const isLeader = local.rank === 0;
  return decode(yield* cross(sides, isLeader ? local.encode(combined) : undefined)) as T;
}

/** The root's value, at every node of the other group; `root` is the root's rank, as one of both groups. */
export function* interBcast({ local, own }: Sides, root: number): Schedule<Payload> {
  const came = local.rank === 0 ? yield* receive(root) : undefined;
  return yield* within(own, binomialBcast(local, came, 0));
}

/** The combination of this group's values, to the root in the other one. */
export function* interReduce<T>(
  { local, own }: Sides,
  data: T,
  operation: ReduceOperation<T>,
  root: number,
): Schedule<void> {
  const combined = yield* within(own, binomialReduce(local, data, operation, 0));
  if (local.rank === 0) yield* send(root, local.encode(combined));
}
