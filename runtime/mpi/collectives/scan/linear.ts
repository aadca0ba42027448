/**
 * Scan: linear, along a chain.
 *
 * Source: MPI standard 4.0, section 6.11, where it is the model of the call. Each node gets the combination of all ranks
 * before it, adds its own, and passes it on.
 * Failures: none are masked; a lost node fails the call at all later ranks.
 * Cost: p - 1 rounds, p - 1 messages of one contribution each.
 */
import { copyPayload, decode } from '../../../core/codec';
import type { ReduceOperation } from '../../operations';
import { Reduction } from '../reduction';
import { type Participant, receive, type Schedule, send } from '../schedule';
import type { Prefixes } from './prefixes';

export function* linearScan<T>(
  participant: Participant,
  own: T,
  operation: ReduceOperation<T>,
): Schedule<Prefixes<T>> {
  const { rank, size, encode } = participant;
  const before = rank > 0 ? yield* receive(rank - 1) : undefined;
  const exclusive = before && (decode(copyPayload(before)) as T);
  const inclusive = before ? new Reduction(participant, operation).with(rank - 1, before, own) : own;
  if (rank + 1 < size) yield* send(rank + 1, encode(inclusive));
  return { exclusive, inclusive };
}
