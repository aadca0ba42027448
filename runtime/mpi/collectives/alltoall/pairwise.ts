/**
 * All-to-all: pairwise exchange.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * International Journal of High Performance Computing Applications 19(1), 2005, section 4.3; MPI standard 4.0, section 6.8.
 * In step i a node sends to the one i further on and receives from the one i before it.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost: p - 1 rounds of p messages of one element each; no node ever has more than one message to take.
 */
import type { Payload } from '../../../protocol/envelope';
import { exchange, type Participant, type Schedule } from '../schedule';

export function* pairwiseAlltoall({ rank, size }: Participant, own: readonly Payload[]): Schedule<Payload[]> {
  const all = [...own];
  for (let step = 1; step < size; step++) {
    const to = (rank + step) % size;
    const from = (rank - step + size) % size;
    all[from] = yield* exchange(to, own[to] as Payload, from);
  }
  return all;
}
