/**
 * All-to-all: in memory that all nodes have mapped, for the nodes of one machine.
 *
 * Source: R. L. Graham, G. Shipman, "MPI support for multi-core architectures: optimized shared memory collectives",
 * EuroPVM/MPI 2008. Each node puts its elements into its slot, and takes those for it from the slots of all others. Where
 * its elements find no room there, the slot tells what they are, and they pass in stages. What is no typed array and has
 * some within goes as messages at once.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost for elements of n bytes and p nodes: short, one round; long, one round a stage. Each node copies n (p - 1) bytes in and
 * as many out. No messages.
 */
import { bytesOf } from '../../../core/binaryViews';
import { decode, isPayloadOf } from '../../../core/codec';
import type { NumberArray } from '../../layout';
import type { Participant, Schedule } from '../schedule';
import type { SharedArea } from '../sharedMemory/area';
import { ExchangeStages } from '../sharedMemory/exchangeStages';
import type { MeetingPlace } from '../sharedMemory/meetingPlace';
import { openArea } from '../sharedMemory/openArea';
import { noKind, type SlotValues } from '../sharedMemory/slotValues';

/** What a node has brought: elements in its slot, or pieces of longer ones; else {@link noKind}. */
const [inSlot, inStages] = [0, 1];
/** The slot begins with the kind and the bytes of each element. */
const entryBytes = 8;
const paddedTo8 = (bytes: number): number => (bytes + 7) & ~7;

/** The elements for this node by the ranks that gave them; `otherwise` goes by messages. */
export function* sharedMemoryAlltoall<T>(
  participant: Participant,
  elements: ArrayLike<T>,
  into: readonly NumberArray[] | undefined,
  otherwise: () => Schedule<T[]>,
): Schedule<T[]> {
  const place = participant.memory as MeetingPlace;
  const area = place.area ?? (yield* openArea(participant));
  if (area === undefined) return yield* otherwise();
  const { values } = place;
  area.begin();
  const bytes = putElements(participant, values, area, elements);
  if (bytes > 0) place.meet(area, inSlot, 0, Math.ceil(bytes / area.size));
  const stages = bytes > 0 ? undefined : meetInStages(participant, place, area, elements);
  if (place.isDisturbed) return yield* otherwise();
  let longestBytes = 0;
  for (let rank = 0; rank < area.size; rank += 1) {
    if (area.kindOf(rank) === noKind) {
      stages?.drop();
      return yield* otherwise();
    }
    longestBytes = Math.max(longestBytes, area.bytesOf(rank));
  }
  const incoming =
    longestBytes === 0
      ? undefined
      : takeStages(place, area, stages ?? nothingInStages(place, area), longestBytes, into);
  const all = new Array<T>(area.size);
  for (let rank = 0; rank < area.size; rank += 1) {
    if (area.kindOf(rank) === inSlot) all[rank] = elementInSlot(values, area, rank) as T;
    else if (rank !== area.rank) all[rank] = incoming?.[rank] as T;
    else all[rank] = into ? (elements[rank] as T) : participant.copy(elements[rank] as T);
  }
  return all;
}

/** Fills the slot; answers how much of it, or 0 if that is not enough. */
function putElements(
  { name }: Participant,
  values: SlotValues,
  area: SharedArea,
  elements: ArrayLike<unknown>,
): number {
  const begin = area.contentAt(area.rank);
  const end = begin + area.slotRoom;
  let at = begin + area.size * entryBytes;
  for (let to = 0; to < area.size; to += 1) {
    if (!values.put(elements[to], at, end - at, name)) return 0;
    values.putEntry(begin + to * entryBytes);
    at += paddedTo8(values.bytes);
  }
  return at - begin;
}

/** An element in a slot: they lie there behind one another. */
function elementInSlot(values: SlotValues, area: SharedArea, from: number): unknown {
  const begin = area.contentAt(from);
  let at = begin + area.size * entryBytes;
  for (let to = 0; to < area.rank; to += 1) at += paddedTo8(values.entryBytes(begin + to * entryBytes));
  const entry = begin + area.rank * entryBytes;
  return values.get(values.entryKind(entry), values.entryBytes(entry), at);
}

/** Says in the slot what the elements are, and brings what all have to begin with; undefined if they do not pass so. */
function meetInStages(
  participant: Participant,
  place: MeetingPlace,
  area: SharedArea,
  elements: ArrayLike<unknown>,
): ExchangeStages | undefined {
  const payloads = Array.from(elements, participant.encode);
  if (payloads.some(({ parts }) => parts.length > 1)) {
    place.meet(area, noKind, 0, 0);
    return undefined;
  }
  const outgoing = payloads.map(({ parts: [part] }) => part ?? new Uint8Array(0));
  for (const [to, { kind }] of payloads.entries()) {
    const bytes = (outgoing[to] as Uint8Array).byteLength;
    place.values.setEntry(area.contentAt(area.rank) + to * entryBytes, kind, bytes);
  }
  const stages = new ExchangeStages(place, area, outgoing);
  stages.bringFirst();
  const longestBytes = Math.max(1, ...outgoing.map(({ byteLength }) => byteLength));
  place.meet(area, inStages, longestBytes, stages.pieceBytes);
  return stages;
}

/** A part in stages where this node's own elements lie in its slot. */
function nothingInStages(place: MeetingPlace, area: SharedArea): ExchangeStages {
  const stages = new ExchangeStages(place, area, []);
  stages.bringFirst();
  return stages;
}

/** What comes in stages, by rank; in the arrays that take it where it fits. */
function takeStages(
  { values }: MeetingPlace,
  area: SharedArea,
  stages: ExchangeStages,
  longestBytes: number,
  into: readonly NumberArray[] | undefined,
): unknown[] {
  const ranks = Array.from({ length: area.size }, (_, rank) => rank);
  const entries = ranks.map((rank) => area.contentAt(rank) + area.rank * entryBytes);
  const isForArray = ranks.map((rank) => {
    const [entry, array] = [entries[rank] as number, into?.[rank]];
    return array?.byteLength === values.entryBytes(entry) && isPayloadOf(values.entryKind(entry), array);
  });
  const incoming = ranks.map((rank) => {
    if (rank === area.rank || area.kindOf(rank) !== inStages) return undefined;
    return isForArray[rank]
      ? bytesOf(into?.[rank] as NumberArray)
      : Buffer.allocUnsafeSlow(values.entryBytes(entries[rank] as number));
  });
  stages.finish(incoming, longestBytes);
  return incoming.map((bytes, rank) =>
    isForArray[rank] || bytes === undefined
      ? into?.[rank]
      : decode({ kind: values.entryKind(entries[rank] as number), parts: [bytes] }),
  );
}
