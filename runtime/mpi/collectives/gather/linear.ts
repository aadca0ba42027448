/**
 * Gather: linear.
 *
 * Source: MPI standard 4.0, section 6.5, where it is the model of the call. Every node sends its element to the root.
 * Failures: none are masked; a lost node fails the call at the root.
 * Cost: 1 round, p - 1 messages of one element each, all to the root; no element travels twice.
 */
import type { Payload } from '../../../protocol/envelope';
import { type Participant, receiveAll, type Schedule, send } from '../schedule';

export function* linearGather(
  { rank, size }: Participant,
  own: Payload,
  root: number,
): Schedule<Payload[] | undefined> {
  if (rank !== root) {
    yield* send(root, own);
    return undefined;
  }
  const others = Array.from({ length: size }, (_, i) => i).filter((other) => other !== rank);
  const all = yield* receiveAll(others);
  all.splice(rank, 0, own);
  return all;
}
