/**
 * Scatter: linear.
 *
 * Source: MPI standard 4.0, section 6.6. The root sends each node its element. A binomial tree needs fewer rounds, but
 * carries most elements several times and encodes them anew; for the sizes at which scattering pays, sending
 * each element once wins.
 * Failures: none are masked; a lost root fails the call at all nodes.
 * Cost: 1 round, p - 1 messages of one element each, all from the root.
 */
import { copyValue } from '../../core/codec';
import type { CollectiveCall } from './collectiveCall';

/** Element `rank` of the root's array; `array` is read at the root only. */
export function scatter<T>(call: CollectiveCall, array: ArrayLike<T> | undefined, root: number): T {
  const { rank, size } = call;
  if (rank !== root || array === undefined) return call.receive(root) as T;
  for (let step = 1; step < size; step++) {
    const destination = (root + step) % size;
    call.send(array[destination], destination);
  }
  return copyValue(array[rank] as T, call.name);
}
