/**
 * Broadcast: binomial tree.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * International Journal of High Performance Computing Applications 19(1), 2005, section 4.2; MPI standard 4.0,
 * section 6.4. Ranks are counted from the root: a node receives from the one without its lowest set bit, then
 * serves those that differ from it in a lower bit, the largest subtree first.
 * Failures: none are masked; a node that is lost fails the call at its subtree.
 * Cost: ceil(log2 p) rounds, p - 1 messages of the whole value.
 */
import { decode } from '../../core/codec';
import type { CollectiveCall } from './collectiveCall';

/** The root's value, at every node; the root gets back the value it gave. */
export function bcast<T>(call: CollectiveCall, data: T, root: number): T {
  const { rank, size } = call;
  const relative = (rank - root + size) % size;
  let bit = 1;
  while (bit < size && (relative & bit) === 0) bit *= 2;

  const isRoot = relative === 0;
  const payload = isRoot ? call.encode(data) : call.receivePayload((rank - bit + size) % size);
  for (bit /= 2; bit >= 1; bit /= 2) {
    if (relative + bit < size) call.forward(payload, (rank + bit) % size);
  }
  return isRoot ? data : (decode(payload) as T);
}
