/**
 * Broadcast: linear.
 *
 * Source: MPI standard 4.0, section 6.4, where it is the model of the call. The root sends to every node.
 * Failures: none are masked; a lost root fails the call at all nodes.
 * Cost: 1 round, p - 1 messages of the whole value, all from the root.
 */
import type { Payload } from '../../../protocol/envelope';
import { type Participant, receive, type Schedule, sendAll } from '../schedule';

export function* linearBcast(
  { rank, size }: Participant,
  own: Payload | undefined,
  root: number,
): Schedule<Payload> {
  if (!own) return yield* receive(root);
  const others = Array.from({ length: size - 1 }, (_, i) => (rank + i + 1) % size);
  yield* sendAll(others.map((to) => ({ to, payload: own })));
  return own;
}
