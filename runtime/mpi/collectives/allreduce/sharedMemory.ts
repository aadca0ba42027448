/**
 * Allreduce: in memory that all nodes have mapped, for the nodes of one machine.
 *
 * Source: R. L. Graham, G. Shipman, "MPI support for multi-core architectures: optimized shared memory collectives",
 * EuroPVM/MPI 2008. Short contributions lie in the nodes' slots, and every node combines all of them. Long typed arrays pass
 * in stages: each node copies its part of a stage into its half, combines one block of the stage over all nodes, and
 * copies the result from where each block was combined. Contributions are combined in the order of recursive
 * doubling, so that the result is the same to the last bit. What is long and cannot be cut, or differs in length, goes by
 * recursive doubling.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost for n bytes and p nodes: short, one round, in which each node reads n (p - 1) bytes; long, two rounds a stage, and each
 * node copies n (p - 1) / p bytes in and n out, and combines n. No messages.
 */
import { combine } from '../../combine';
import { Operation, type ReduceOperation } from '../../operations';
import type { Vector } from '../reduction';
import type { Participant, Schedule } from '../schedule';
import type { SharedArea } from '../sharedMemory/area';
import { inDoublingOrder } from '../sharedMemory/doublingOrder';
import type { MeetingPlace } from '../sharedMemory/meetingPlace';
import { openArea } from '../sharedMemory/openArea';
import { noKind } from '../sharedMemory/slotValues';
import { ReductionStages } from '../sharedMemory/reductionStages';

/** `into`, which is a typed array like `own`, takes the result if it is given; it may be `own`. `otherwise` goes by messages. */
export function* sharedMemoryAllreduce<T>(
  participant: Participant,
  own: T,
  operation: ReduceOperation<T>,
  into: T | undefined,
  otherwise: (algorithm?: 'recursiveDoubling') => Schedule<T>,
): Schedule<T> {
  const place = participant.memory as MeetingPlace;
  const area = place.area ?? (yield* openArea(participant));
  if (area === undefined) return yield* otherwise();
  const { values } = place;
  area.begin();
  if (values.put(own, area.contentAt(area.rank), area.slotRoom, participant.name)) {
    place.meet(area, values.kind, values.bytes, values.bytes);
    if (!place.isDisturbed && isShort(area))
      return combineSlots(participant, place, area, own, operation, into);
  } else if (values.kind !== noKind && operation instanceof Operation) {
    const { kind, bytes } = values;
    const stages = new ReductionStages(participant, place, area, own as Vector, operation);
    stages.bringFirst();
    place.meet(area, kind, bytes, stages.blockBytes);
    if (isAlike(area, kind, bytes)) {
      return place.isDisturbed ? yield* otherwise() : (stages.finish(into as Vector | undefined) as T);
    }
    stages.drop();
  } else place.meet(area, noKind, values.bytes, 0);
  return yield* otherwise('recursiveDoubling');
}

/** True if all have brought something that is in their slots. */
function isShort(area: SharedArea): boolean {
  for (let rank = 0; rank < area.size; rank += 1) {
    if (area.kindOf(rank) === noKind || area.bytesOf(rank) > area.slotRoom) return false;
  }
  return true;
}

/** True if all have brought the same. */
function isAlike(area: SharedArea, kind: number, bytes: number): boolean {
  for (let rank = 0; rank < area.size; rank += 1) {
    if (area.kindOf(rank) !== kind || area.bytesOf(rank) !== bytes) return false;
  }
  return true;
}

function combineSlots<T>(
  { name, copy }: Participant,
  { values }: MeetingPlace,
  area: SharedArea,
  own: T,
  operation: ReduceOperation<T>,
  into: T | undefined,
): T {
  const valueAt = (rank: number): T =>
    rank === area.rank ? own : (values.get(area.kindOf(rank), area.bytesOf(rank), area.contentAt(rank)) as T);
  const result = inDoublingOrder<T>(area.size, valueAt, (a, b, lower, higher, isLast) => {
    const owned = isLast && into !== undefined ? into : a === own ? b : a;
    return combine(operation, a, b, owned, { call: name, lower, higher });
  });
  return result === own && into === undefined ? copy(own) : result;
}
