/**
 * Reduce: binomial tree to rank 0, then to the root.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * International Journal of High Performance Computing Applications 19(1), 2005, section 4.4; MPI standard 4.0, section 6.9. In
 * round k a node whose bit k is set sends what it has to the node without that bit and is done; the other combines it
 * after its own. A node so always holds the combination of consecutive ranks, which keeps their order for
 * operations that do not commute; going by way of rank 0 makes the result the same, to the last bit, whatever the root.
 * Failures: none are masked; a lost node fails the call at the nodes between it and the root.
 * Cost: ceil(log2 p) rounds and p - 1 messages, and one more of each if the root is not rank 0.
 */
import type { ReduceOperation } from '../../operations';
import { decode } from '../../../core/codec';
import { Reduction } from '../reduction';
import { type Participant, receive, type Schedule, send } from '../schedule';

export function* binomialReduce<T>(
  participant: Participant,
  own: T,
  operation: ReduceOperation<T>,
  root: number,
): Schedule<T | undefined> {
  const { rank, encode } = participant;
  const result = yield* reduceToFirst(participant, own, operation);
  if (root === 0) return result;
  if (rank === 0) yield* send(root, encode(result));
  return rank === root ? (decode(yield* receive(0)) as T) : undefined;
}

function* reduceToFirst<T>(
  participant: Participant,
  own: T,
  operation: ReduceOperation<T>,
): Schedule<T | undefined> {
  const { rank, size, encode } = participant;
  const reduction = new Reduction(participant, operation);
  let result = own;
  for (let bit = 1; bit < size; bit *= 2) {
    if (rank & bit) {
      yield* send(rank - bit, encode(result));
      return undefined;
    }
    const higher = rank + bit;
    if (higher < size) result = reduction.with(higher, yield* receive(higher), result);
  }
  return result;
}
