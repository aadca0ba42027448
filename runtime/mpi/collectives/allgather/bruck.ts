/**
 * Allgather: Bruck's algorithm.
 *
 * Source: J. Bruck, C.-T. Ho, S. Kipnis, E. Upfal, D. Weathersby, "Efficient algorithms for all-to-all communications
 * in multiport message-passing systems", IEEE Transactions on Parallel and Distributed Systems 8(11), 1997. In
 * round k a node gets, from the one 2^k after it, what that one has; it so knows the elements of the ranks that follow its
 * own, and turns them into place at the end.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost: ceil(log2 p) rounds of p messages, of 1, 2, 4, … elements and of the rest in the last; for any p.
 */
import type { Payload } from '../../../protocol/envelope';
import { bundle, unbundle } from '../bundle';
import { exchange, type Participant, type Schedule } from '../schedule';

export function* bruckAllgather({ rank, size }: Participant, own: Payload): Schedule<Payload[]> {
  const known = [own];
  for (let distance = 1; distance < size; distance *= 2) {
    const count = Math.min(distance, size - distance);
    const to = (rank - distance + size) % size;
    const from = (rank + distance) % size;
    known.push(...unbundle(yield* exchange(to, bundle(known.slice(0, count)), from), count));
  }
  return known.map((_, owner) => known[(owner - rank + size) % size] as Payload);
}
