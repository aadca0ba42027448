/**
 * Allreduce: recursive doubling.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * 2005, section 4.5; MPI standard 4.0, section 6.9.6. With p = 2^m + extra nodes, the first 2 * extra pair up: the lower of a
 * pair hands its value to the higher and sits out. The 2^m that remain exchange what they have with the one that
 * differs in bit 0, then 1, and so on. Both sides of an exchange combine lower before higher, so that every node
 * computes the very same expression: the results are equal to the last bit, and in the order of ranks.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost: m rounds of 2^m messages, and 2 rounds of `extra` messages if p is no power of two.
 */
import { copyValue } from '../../core/codec';
import { combine } from '../combine';
import type { ReduceOperation } from '../operations';
import type { CollectiveCall } from './collectiveCall';

/** The combination of all nodes' values in the order of ranks, at every node. */
export function allreduce<T>(call: CollectiveCall, data: T, operation: ReduceOperation<T>): T {
  const { rank, size } = call;
  if (size === 1) return copyValue(data, call.name);
  const doubling = 2 ** Math.floor(Math.log2(size));
  const extra = size - doubling;
  const paired = rank < 2 * extra;

  if (paired && rank % 2 === 0) {
    call.send(data, rank + 1);
    return call.receive(rank + 1) as T;
  }
  let result = data;
  if (paired) result = combineWithOther(call, operation, result, rank - 1);

  // Places of the nodes that take part, 0 to doubling - 1, in the order of ranks.
  const place = paired ? (rank - 1) / 2 : rank - extra;
  for (let bit = 1; bit < doubling; bit *= 2) {
    const otherPlace = place ^ bit;
    const other = otherPlace < extra ? 2 * otherPlace + 1 : otherPlace + extra;
    call.send(result, other);
    result = combineWithOther(call, operation, result, other);
  }
  if (paired) call.send(result, rank - 1);
  return result;
}

function combineWithOther<T>(call: CollectiveCall, operation: ReduceOperation<T>, own: T, other: number): T {
  const received = call.receive(other) as T;
  return other < call.rank
    ? combine(operation, received, own, received, { call: call.name, lower: other, higher: call.rank })
    : combine(operation, own, received, received, { call: call.name, lower: call.rank, higher: other });
}
