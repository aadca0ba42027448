/**
 * Barrier: dissemination.
 *
 * Source: D. Hensgen, R. Finkel, U. Manber, "Two algorithms for barrier synchronization", International Journal of
 * Parallel Programming 17(1), 1988. In round k each node signals the one 2^k further on and waits for the one 2^k
 * before it; after the last round each has heard, directly or not, of every other.
 * Failures: none are masked; a node that is lost fails the call at the others.
 * Cost: ceil(log2 p) rounds, p messages each, without content.
 */
import type { CollectiveCall } from './collectiveCall';

/** Returns once every node has called it. */
export function barrier(call: CollectiveCall): void {
  const { rank, size } = call;
  for (let distance = 1; distance < size; distance *= 2) {
    call.send(undefined, (rank + distance) % size);
    call.receivePayload((rank - distance + size) % size);
  }
}
