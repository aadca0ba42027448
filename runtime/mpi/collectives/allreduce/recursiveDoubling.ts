/**
 * Allreduce: recursive doubling.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * International Journal of High Performance Computing Applications 19(1), 2005, section 4.5; MPI standard 4.0, section
 * 6.9.6. With p = 2^m + extra nodes, the first 2 * extra pair up: the lower of a pair hands its value to the higher and sits
 * out. The 2^m that remain exchange what they have with the one that differs in bit 0, then 1, and so on. Both sides of
 * an exchange combine lower before higher, so that every node computes the very same expression: the results are equal
 * to the last bit, and in the order of ranks.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost: m rounds of 2^m messages, and 2 rounds of `extra` messages if p is no power of two.
 */
import { decode } from '../../../core/codec';
import type { ReduceOperation } from '../../operations';
import { teamOf } from '../halving';
import { Reduction } from '../reduction';
import { exchange, type Participant, receive, type Schedule, send } from '../schedule';

export function* recursiveDoublingAllreduce<T>(
  participant: Participant,
  own: T,
  operation: ReduceOperation<T>,
): Schedule<T> {
  const { encode } = participant;
  const { count, place, partner, rankAt } = teamOf(participant);
  const reduction = new Reduction(participant, operation);
  if (place === undefined) {
    yield* send(partner as number, encode(own));
    return decode(yield* receive(partner as number)) as T;
  }
  let result = partner === undefined ? own : reduction.with(partner, yield* receive(partner), own);
  for (let bit = 1; bit < count; bit *= 2) {
    const other = rankAt(place ^ bit);
    result = reduction.with(other, yield* exchange(other, encode(result), other), result);
  }
  if (partner !== undefined) yield* send(partner, encode(result));
  return result;
}
