/**
 * Opens the area of a communicator: rank 0 makes it, all map it, and all hear whether that went well everywhere. The words
 * travel as messages of the call that needs it first, so that mismatches and missing nodes are explained as ever.
 *
 * Cost: a binomial broadcast and an allreduce of a number by recursive doubling, once for a communicator.
 * Failures: those of the two; where memory cannot be shared by all, none of them uses it.
 */
import { decode } from '../../../core/codec';
import { MIN } from '../../operations';
import { recursiveDoublingAllreduce } from '../allreduce/recursiveDoubling';
import { binomialBcast } from '../bcast/binomial';
import { badAlgorithm } from '../plan';
import type { Participant, Schedule } from '../schedule';
import type { SharedArea } from './area';
import type { MeetingPlace } from './meetingPlace';

/**
 * The area, or undefined at all nodes if one of them cannot have it, or messages go wrong on purpose. Throws LockstepError
 * `badAlgorithm` if the program asked for it where it cannot be had.
 */
export function* openArea(participant: Participant): Schedule<SharedArea | undefined> {
  const place = participant.memory as MeetingPlace;
  if (!place.isRefused) yield* settle(participant, place);
  if (place.area === undefined && place.isAsked && !place.isDisturbed) {
    const problem =
      'the algorithm sharedMemory is for 2 nodes or more of one machine, whose memory they can share';
    throw badAlgorithm(participant.name, problem);
  }
  return place.area;
}

function* settle(participant: Participant, place: MeetingPlace): Schedule<void> {
  const own = participant.rank === 0 ? participant.encode(place.make()) : undefined;
  const path = decode(yield* binomialBcast(participant, own, 0)) as string;
  const isMapped = path !== '' && place.map(path);
  place.settle(yield* recursiveDoublingAllreduce(participant, place.opinion(isMapped), MIN));
}
