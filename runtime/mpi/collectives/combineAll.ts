import { copyPayload, decode } from '../../core/codec';
import type { Payload } from '../../protocol/envelope';
import { combine } from '../combine';
import type { ReduceOperation } from '../operations';
import type { Participant } from './schedule';

/** The contributions of ranks 0 to n - 1, combined from the highest down; the associative law makes it the same. */
export function combineAll<T>(
  { name }: Participant,
  operation: ReduceOperation<T>,
  contributions: readonly Payload[],
): T {
  const last = contributions.length - 1;
  let result = decode(copyPayload(contributions[last] as Payload)) as T;
  for (let rank = last - 1; rank >= 0; rank--) {
    const lower = decode(contributions[rank] as Payload) as T;
    result = combine(operation, lower, result, result, { call: name, lower: rank, higher: last });
  }
  return result;
}
