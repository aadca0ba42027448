/**
 * Allgather: ring.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * International Journal of High Performance Computing Applications 19(1), 2005, section 4.1; MPI standard 4.0, section 6.7.
 * In each step a node passes on to its right what it got from its left in the step before, as bytes.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost: p - 1 rounds of p messages of one element; every link carries the same.
 */
import type { Payload } from '../../../protocol/envelope';
import { exchange, type Participant, type Schedule } from '../schedule';

export function* ringAllgather({ rank, size }: Participant, own: Payload): Schedule<Payload[]> {
  const [right, left] = [(rank + 1) % size, (rank - 1 + size) % size];
  const all = new Array<Payload>(size);
  all[rank] = own;
  let element = own;
  for (let step = 1; step < size; step++) {
    element = yield* exchange(right, element, left);
    all[(rank - step + size) % size] = element;
  }
  return all;
}
