/**
 * Allgather: recursive doubling, for 2^m nodes.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * International Journal of High Performance Computing Applications 19(1), 2005, section 4.1. In round k a node exchanges
 * all that it has with the one whose rank differs in bit k.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost: log2 p rounds of p messages, of 1, 2, 4, … elements.
 */
import type { Payload } from '../../../protocol/envelope';
import { bundle, unbundle } from '../bundle';
import { exchange, type Participant, type Schedule } from '../schedule';

export function* recursiveDoublingAllgather({ rank, size }: Participant, own: Payload): Schedule<Payload[]> {
  let known = [own];
  for (let bit = 1; bit < size; bit *= 2) {
    const other = rank ^ bit;
    const received = unbundle(yield* exchange(other, bundle(known), other), bit);
    known = other < rank ? [...received, ...known] : [...known, ...received];
  }
  return known;
}
