/**
 * Reduce-scatter: pairwise exchange, for long typed arrays.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * International Journal of High Performance Computing Applications 19(1), 2005, section 4.4. In step i a node gives the node i
 * further on that one's block, and combines what comes from the one i before it. Needs an operation that commutes.
 * Failures: none are masked; a lost node fails the call at the others.
 * Cost for n bytes: p - 1 rounds of p messages of one block; each node sends n (p - 1) / p bytes, for any p.
 */
import type { ReduceOperation } from '../../operations';
import { Cut, Reduction, type Vector } from '../reduction';
import { exchange, type Participant, type Schedule } from '../schedule';

export function* pairwiseReduceScatter(
  participant: Participant,
  own: Vector,
  starts: readonly number[],
  operation: ReduceOperation<Vector>,
): Schedule<Vector> {
  const { rank, size, encode } = participant;
  const reduction = new Reduction(participant, operation);
  const cut = new Cut(own, starts);
  const result = cut.blocks(rank).slice();
  for (let step = 1; step < size; step++) {
    const to = (rank + step) % size;
    const from = (rank - step + size) % size;
    reduction.into(result, from, yield* exchange(to, encode(cut.blocks(to)), from));
  }
  return result;
}
