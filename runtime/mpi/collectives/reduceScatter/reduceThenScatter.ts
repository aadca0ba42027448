/**
 * Reduce-scatter: reduce, then scatter.
 *
 * Source: MPI standard 4.0, section 6.10, where it is the model of the call. A binomial tree up to rank 0 and one down;
 * it keeps the order of ranks, and so serves operations that do not commute.
 * Failures: none are masked; a lost node fails the call at the others.
 * Cost for n bytes: 2 ceil(log2 p) rounds, 2 (p - 1) messages; the way up carries n bytes in each.
 */
import { decode } from '../../../core/codec';
import type { ReduceOperation } from '../../operations';
import { binomialReduce } from '../reduce/binomial';
import { Cut, type Vector } from '../reduction';
import { binomialScatter } from '../scatter/binomial';
import type { Participant, Schedule } from '../schedule';

export function* reduceThenScatter(
  participant: Participant,
  own: Vector,
  starts: readonly number[],
  operation: ReduceOperation<Vector>,
): Schedule<Vector> {
  const { rank, size, encode } = participant;
  const combined = yield* binomialReduce(participant, own, operation, 0);
  const cut = combined && new Cut(combined, starts);
  const blocks = cut && Array.from({ length: size }, (_, i) => encode(cut.blocks(i)));
  const block = yield* binomialScatter(participant, blocks, 0);
  return cut ? cut.blocks(rank).slice() : (decode(block) as Vector);
}
