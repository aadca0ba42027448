/**
 * Allgather: gather, then broadcast.
 *
 * Source: MPI standard 4.0, section 6.7, where it is the model of the call: all elements go to rank 0 up a binomial
 * tree and come back down as one.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost: 2 ceil(log2 p) rounds, 2 (p - 1) messages; the way down carries all elements in each message.
 */
import type { Payload } from '../../../protocol/envelope';
import { binomialBcast } from '../bcast/binomial';
import { bundle, unbundle } from '../bundle';
import { binomialGather } from '../gather/binomial';
import type { Participant, Schedule } from '../schedule';

export function* gatherBcastAllgather(participant: Participant, own: Payload): Schedule<Payload[]> {
  const all = yield* binomialGather(participant, own, 0);
  const spread = yield* binomialBcast(participant, all && bundle(all), 0);
  return all ?? unbundle(spread, participant.size);
}
