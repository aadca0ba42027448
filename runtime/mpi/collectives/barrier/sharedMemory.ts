/**
 * Barrier: in memory that all nodes have mapped, for the nodes of one machine.
 *
 * Source: R. L. Graham, G. Shipman, "MPI support for multi-core architectures: optimized shared memory collectives",
 * EuroPVM/MPI 2008. Each node raises a flag of its own, and looks at those of all others.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost: one round without messages, in which each node reads p - 1 flags.
 */
import type { Participant, Schedule } from '../schedule';
import type { MeetingPlace } from '../sharedMemory/meetingPlace';
import { openArea } from '../sharedMemory/openArea';

/** `otherwise` goes by messages. */
export function* sharedMemoryBarrier(
  participant: Participant,
  otherwise: () => Schedule<void>,
): Schedule<void> {
  const place = participant.memory as MeetingPlace;
  const area = place.area ?? (yield* openArea(participant));
  if (area === undefined) return yield* otherwise();
  area.begin();
  place.meet(area, 0, 0, 0);
  if (place.isDisturbed) yield* otherwise();
}
