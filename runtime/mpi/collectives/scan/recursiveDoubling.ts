/**
 * Scan: recursive doubling.
 *
 * Source: W. D. Hillis, G. L. Steele, "Data parallel algorithms", Communications of the ACM 29(12), 1986; MPI standard
 * 4.0, sections 6.11.1 and 6.11.2. In round k a node sends what it has combined so far, which covers 2^k ranks up to its
 * own, to the one 2^k further on; so what it covers doubles. The order of ranks is kept.
 * Failures: none are masked; a lost node fails the call at later ranks.
 * Cost: ceil(log2 p) rounds of at most p - 1 messages of one contribution each.
 */
import { copyPayload, decode } from '../../../core/codec';
import type { ReduceOperation } from '../../operations';
import { Reduction } from '../reduction';
import type { Participant, Schedule } from '../schedule';
import type { Prefixes } from './prefixes';

export function* recursiveDoublingScan<T>(
  participant: Participant,
  own: T,
  operation: ReduceOperation<T>,
): Schedule<Prefixes<T>> {
  const { rank, size, encode } = participant;
  const reduction = new Reduction(participant, operation);
  let exclusive: T | undefined;
  let inclusive = own;
  for (let distance = 1; distance < size; distance *= 2) {
    const [to, from] = [rank + distance, rank - distance];
    const [received] = yield {
      sends: to < size ? [{ to, payload: encode(inclusive) }] : [],
      receives: from >= 0 ? [from] : [],
    };
    if (!received) continue;
    exclusive =
      exclusive === undefined
        ? (decode(copyPayload(received)) as T)
        : reduction.with(from, copyPayload(received), exclusive);
    inclusive = reduction.with(from, received, inclusive);
  }
  return { exclusive, inclusive };
}
