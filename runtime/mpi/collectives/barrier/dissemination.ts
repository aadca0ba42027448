/**
 * Barrier: dissemination.
 *
 * Source: D. Hensgen, R. Finkel, U. Manber, "Two algorithms for barrier synchronization", International Journal of
 * Parallel Programming 17(1), 1988. In round k each node signals the one 2^k further on and waits for the one 2^k
 * before it; after the last round each has heard, directly or not, of every other.
 * Failures: none are masked; a node that is lost fails the call at the others.
 * Cost: ceil(log2 p) rounds of p messages without content.
 */
import { exchange, type Participant, type Schedule } from '../schedule';

export function* disseminationBarrier({ rank, size, encode }: Participant): Schedule<void> {
  for (let distance = 1; distance < size; distance *= 2) {
    yield* exchange((rank + distance) % size, encode(undefined), (rank - distance + size) % size);
  }
}
