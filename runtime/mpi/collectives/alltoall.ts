/**
 * All-to-all: pairwise exchange.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * 2005, section 4.3; MPI standard 4.0, section 6.8. In step i a node sends to the one i further on and receives from
 * the one i before it, so that in each step every node sends one message and gets one.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost: p - 1 rounds, p messages of one element each.
 */
import { copyValue } from '../../core/codec';
import type { CollectiveCall } from './collectiveCall';

/** Element `rank` of every node's array, by the rank that gave it. */
export function alltoall<T>(call: CollectiveCall, array: ArrayLike<T>): T[] {
  const { rank, size } = call;
  const all = new Array<T>(size);
  all[rank] = copyValue(array[rank] as T, call.name);
  for (let step = 1; step < size; step++) {
    const destination = (rank + step) % size;
    const source = (rank - step + size) % size;
    call.send(array[destination], destination);
    all[source] = call.receive(source) as T;
  }
  return all;
}
