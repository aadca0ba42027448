/**
 * Barrier: linear, by way of rank 0.
 *
 * Source: the plain way; M. Snir et al., "MPI: The Complete Reference", section 4.3, has it as the model of the call.
 * Every node tells rank 0 that it has come; when all have, rank 0 tells every node to go on.
 * Failures: none are masked; rank 0 is in everybody's way.
 * Cost: 2 rounds, 2 (p - 1) messages without content, all of them at rank 0.
 */
import { type Participant, receive, receiveAll, type Schedule, send, sendAll } from '../schedule';

export function* linearBarrier({ rank, size, encode }: Participant): Schedule<void> {
  const signal = encode(undefined);
  if (rank > 0) {
    yield* send(0, signal);
    yield* receive(0);
    return;
  }
  const others = Array.from({ length: size - 1 }, (_, i) => i + 1);
  yield* receiveAll(others);
  yield* sendAll(others.map((to) => ({ to, payload: signal })));
}
