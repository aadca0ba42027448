/**
 * Scatter: linear.
 *
 * Source: MPI standard 4.0, section 6.6, where it is the model of the call. The root sends each node its element.
 * Failures: none are masked; a lost root fails the call at all nodes.
 * Cost: 1 round, p - 1 messages of one element each, all from the root; no element travels twice.
 */
import type { Payload } from '../../../protocol/envelope';
import { type Participant, receive, type Schedule, sendAll } from '../schedule';

export function* linearScatter(
  { rank, size }: Participant,
  own: readonly Payload[] | undefined,
  root: number,
): Schedule<Payload> {
  if (!own) return yield* receive(root);
  const others = Array.from({ length: size - 1 }, (_, i) => (rank + i + 1) % size);
  yield* sendAll(others.map((to) => ({ to, payload: own[to] as Payload })));
  return own[rank] as Payload;
}
