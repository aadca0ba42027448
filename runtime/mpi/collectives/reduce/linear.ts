/**
 * Reduce: linear.
 *
 * Source: MPI standard 4.0, section 6.9.1, where it is the model of the call. Every node sends its contribution to the
 * root, which combines them in the order of ranks, from the highest down.
 * Failures: none are masked; a lost node fails the call at the root.
 * Cost: 1 round, p - 1 messages of one contribution each, all combined at the root.
 */
import { type Participant, receiveAll, type Schedule, send } from '../schedule';
import { combineAll } from '../combineAll';
import type { ReduceOperation } from '../../operations';

export function* linearReduce<T>(
  participant: Participant,
  own: T,
  operation: ReduceOperation<T>,
  root: number,
): Schedule<T | undefined> {
  const { rank, size, encode } = participant;
  if (rank !== root) {
    yield* send(root, encode(own));
    return undefined;
  }
  const others = Array.from({ length: size }, (_, i) => i).filter((other) => other !== rank);
  const all = yield* receiveAll(others);
  all.splice(rank, 0, encode(own));
  return combineAll(participant, operation, all);
}
