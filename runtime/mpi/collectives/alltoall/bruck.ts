/**
 * All-to-all: Bruck's algorithm.
 *
 * Source: J. Bruck, C.-T. Ho, S. Kipnis, E. Upfal, D. Weathersby, "Efficient algorithms for all-to-all communications
 * in multiport message-passing systems", IEEE Transactions on Parallel and Distributed Systems 8(11), 1997. An element
 * has a distance to go around the ring of ranks. In round k all elements whose distance has bit k set go 2^k further,
 * in one message; after the last round every element has gone its distance.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost: ceil(log2 p) rounds of p messages of about p / 2 elements: few messages for more bytes, good for small elements.
 */
import type { Payload } from '../../../protocol/envelope';
import { bundle, unbundle } from '../bundle';
import { exchange, type Participant, type Schedule } from '../schedule';

export function* bruckAlltoall({ rank, size }: Participant, own: readonly Payload[]): Schedule<Payload[]> {
  // By distance: first the elements that are to go so far, in the end those that have come so far.
  const byDistance = own.map((_, distance) => own[(rank + distance) % size] as Payload);
  for (let bit = 1; bit < size; bit *= 2) {
    const moving = byDistance.map((_, distance) => distance).filter((distance) => distance & bit);
    const outgoing = bundle(moving.map((distance) => byDistance[distance] as Payload));
    const received = yield* exchange((rank + bit) % size, outgoing, (rank - bit + size) % size);
    const elements = unbundle(received, moving.length);
    for (const [i, distance] of moving.entries()) byDistance[distance] = elements[i] as Payload;
  }
  return own.map((_, source) => byDistance[(rank - source + size) % size] as Payload);
}
