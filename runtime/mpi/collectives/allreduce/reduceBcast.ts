/**
 * Allreduce: reduce, then broadcast.
 *
 * Source: MPI standard 4.0, section 6.9.6, where it is the model of the call: a binomial tree up to rank 0, and down.
 * Failures: none are masked; a lost node fails the call at the others.
 * Cost: 2 ceil(log2 p) rounds, 2 (p - 1) messages of one contribution each.
 */
import { decode } from '../../../core/codec';
import type { ReduceOperation } from '../../operations';
import { binomialBcast } from '../bcast/binomial';
import { binomialReduce } from '../reduce/binomial';
import type { Participant, Schedule } from '../schedule';

export function* reduceBcastAllreduce<T>(
  participant: Participant,
  own: T,
  operation: ReduceOperation<T>,
): Schedule<T> {
  const result = yield* binomialReduce(participant, own, operation, 0);
  const isRoot = participant.rank === 0;
  const payload = yield* binomialBcast(participant, isRoot ? participant.encode(result) : undefined, 0);
  return isRoot ? (result as T) : (decode(payload) as T);
}
