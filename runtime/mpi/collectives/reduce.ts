/**
 * Reduce: binomial tree to rank 0, then to the root.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * 2005, section 4.4; MPI standard 4.0, section 6.9. In round k a node whose bit k is set sends what it has to the node
 * without that bit and is done; the other combines it after its own. A node so always holds the combination of
 * consecutive ranks, which keeps their order for operations that do not commute; going by way of rank 0 makes
 * the result the same, to the last bit, whatever the root.
 * Failures: none are masked; a lost node fails the call at the nodes between it and the root.
 * Cost: ceil(log2 p) rounds and p - 1 messages, and one more of each if the root is not rank 0.
 */
import { copyValue } from '../../core/codec';
import { combine } from '../combine';
import type { ReduceOperation } from '../operations';
import type { CollectiveCall } from './collectiveCall';

/** At the root the combination of all nodes' values in the order of ranks; undefined elsewhere. */
export function reduce<T>(
  call: CollectiveCall,
  data: T,
  operation: ReduceOperation<T>,
  root: number,
): T | undefined {
  const { rank, size } = call;
  if (size === 1) return copyValue(data, call.name);
  const result = reduceToFirst(call, data, operation);
  if (root === 0) return result;
  if (rank === 0) call.send(result, root);
  return rank === root ? (call.receive(0) as T) : undefined;
}

function reduceToFirst<T>(call: CollectiveCall, data: T, operation: ReduceOperation<T>): T | undefined {
  const { rank, size } = call;
  let result = data;
  for (let bit = 1; bit < size; bit *= 2) {
    if (rank & bit) {
      call.send(result, rank - bit);
      return undefined;
    }
    const higher = rank + bit;
    if (higher >= size) continue;
    const received = call.receive(higher) as T;
    result = combine(operation, result, received, received, { call: call.name, lower: rank, higher });
  }
  return result;
}
