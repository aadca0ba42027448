/**
 * The operations of a job, in columns, so that a hundred thousand of them are looked through in a millisecond. An
 * operation is known by its place, which holds until the oldest are dropped.
 */
import {
  isMeeting,
  type MessageRole,
  messageRoles,
  noMessage,
  type Operation,
  operationBits,
  type OperationKind,
  operationKinds,
  OperationReader,
  type OperationWords,
} from '../../runtime/protocol/operations';
import { type Category, categoryOf } from './categories';
import { Column, firstPlace } from './columns';
import type { OperationsEvent } from './contract';
import { type CallWait, findWait } from './waits';

/** So many operations are kept; beyond, the oldest quarter goes. */
const maximumOperations = 300_000;

interface Batch {
  rank: number;
  reader: OperationReader;
  offsetMs: number;
}

/** Records of one node come at most so much later than those of another one that did something at the same time. */
const lateMs = 1000;

/** Not looked for yet; known not to be; and, less the number of events by which it was not found, not found so far. */
const unknownCause = -1;
const noCause = -2;
const noCauseYet = -3;
/** Above the bits of a record. */
const nameShift = 8;

/** Calls of all nodes of a communicator that met in shared memory. */
export interface Meeting {
  /** So many of them are not here. */
  missing: number;
  /** Place of the one that began last of those that are. */
  last: number;
}

const sends = 1;
const receives = 2;

export class OperationStore {
  /** Milliseconds since the operation that came first, which need not be the earliest. */
  begin = new Column();
  end = new Column();
  rank = new Column();
  /** Of each node, its calls, in the order of their ends, which is that of their begins too. */
  calls: Column[];
  /** Of each node, its requests, in the order of their ends. */
  requests: Column[];
  /** Of each node, all that has received a message, in the order of the ends. */
  arrivals: Column[];
  arrowFrom = new Column();
  arrowTo = new Column();
  /** Operations that are not here, as there was no room for them on the way. */
  leftOut = 0;
  firstMs = 0;
  /** The begin of the earliest operation there ever was: times are told from here. */
  zeroMs = Infinity;
  lastMs = 0;
  private originMs: number | undefined;
  private batches: Batch[] = [];
  /** The name and the bits of each, as its record has them. */
  private looks = new Column();
  /** Of each call, the place of what it waited for; or one of the numbers below zero. */
  private causes = new Column();
  private untils = new Column();
  /** How many events have come. */
  private events = 0;
  private batchOf = new Column();
  private indexOf = new Column();
  private words: OperationWords[];
  private kinds: Category[][];
  /** By message id: where it was sent, and where it was received. */
  private sent = new Map<number, number>();
  private received = new Map<number, number>();
  /** By communicator and number of the call. */
  private meetings = new Map<string, Meeting>();

  constructor(
    private size: number,
    private readonly most = maximumOperations,
  ) {
    this.calls = this.lanes();
    this.requests = this.lanes();
    this.arrivals = this.lanes();
    this.words = this.calls.map(() => ({ names: [], sites: [] }));
    this.kinds = this.calls.map(() => []);
  }

  get length(): number {
    return this.begin.length;
  }

  /** The job has so many nodes now: some may have joined. */
  grow(size: number): void {
    for (; this.size < size; this.size += 1) {
      for (const lanes of [this.calls, this.requests, this.arrivals]) lanes.push(new Column(64));
      this.words.push({ names: [], sites: [] });
      this.kinds.push([]);
    }
  }

  /** Takes in what an event brings. */
  add({ rank, offsetMs, batch: { records, words, leftOut } }: OperationsEvent): void {
    if (rank >= this.size) return;
    this.leftOut += leftOut;
    if (words) {
      this.words[rank] = words;
      this.kinds[rank] = words.names.map(categoryOf);
    }
    const reader = new OperationReader(bytesOf(records));
    if (reader.length === 0) return;
    this.events += 1;
    this.originMs ??= reader.number(0, 'beginMs') + offsetMs;
    this.batches.push({ rank, reader, offsetMs });
    for (let index = 0; index < reader.length; index += 1) this.append(this.batches.length - 1, index);
    if (this.length > this.most) this.dropOldest();
  }

  /** A moment of the coordinator's monotonic clock as a time of the columns. */
  timeOf(monotonicMs: number): number {
    return monotonicMs - (this.originMs ?? 0);
  }

  /** The whole operation at a place, with its begin and end as in the columns. */
  operation(place: number): Operation | undefined {
    const batch = this.batches[this.batchOf.at(place)];
    if (place >= this.length || !batch) return undefined;
    const words = this.words[batch.rank] as OperationWords;
    return batch.reader.operation(this.indexOf.at(place), words, batch.offsetMs - (this.originMs ?? 0));
  }

  /** The kind of the call at a place. */
  category(place: number): Category {
    return this.kinds[this.rank.at(place)]?.[(this.looks.at(place) >> nameShift) - 1] ?? 'collective';
  }

  /** The place of the other end of an operation's message, if it is known. */
  otherEnd(place: number): number | undefined {
    const role = this.role(place);
    const batch = this.batches[this.batchOf.at(place)];
    if (role === 'none' || !batch) return undefined;
    const messageId = batch.reader.number(this.indexOf.at(place), 'messageId');
    return (role === 'send' ? this.received : this.sent).get(messageId);
  }

  /** The calls that the one at a place met in shared memory, with itself; undefined where it met none. */
  meeting(place: number): Meeting | undefined {
    const batch = this.batches[this.batchOf.at(place)];
    const name = batch && meetingOf(batch.reader, this.indexOf.at(place));
    return name === undefined ? undefined : this.meetings.get(name);
  }

  /** What the operation at a place did with a message. */
  role(place: number): MessageRole {
    return messageRoles[(this.looks.at(place) >> operationBits.roleShift) & operationBits.role] ?? 'none';
  }

  /** Whether a call, a request or a message is at a place. */
  kind(place: number): OperationKind {
    return operationKinds[this.looks.at(place) & operationBits.kind] ?? 'call';
  }

  /** Until when the call at a place waited for another node; undefined where it did not. */
  waitedUntil(place: number): number | undefined {
    const cause = this.causes.at(place);
    if (cause >= 0) return this.untils.at(place);
    if (cause === noCause || cause === noCauseYet - this.events) return undefined;
    const wait = findWait(this, place);
    if (wait) {
      this.causes.set(place, wait.cause);
      this.untils.set(place, wait.untilMs);
    } else {
      // What explains a recent call may come yet, from a node that sends its records later.
      const isRecent = this.end.at(place) >= this.lastMs - lateMs;
      this.causes.set(place, isRecent ? noCauseYet - this.events : noCause);
    }
    return wait?.untilMs;
  }

  /** How long the call at a place waited for another node, and for what there. */
  waitOf(place: number): CallWait | undefined {
    const untilMs = this.waitedUntil(place);
    return untilMs === undefined ? undefined : { untilMs, cause: this.causes.at(place) };
  }

  /** The last call of a node that has begun at a time. */
  callAt(rank: number, timeMs: number): number | undefined {
    const lane = this.calls[rank];
    if (!lane) return undefined;
    const next = firstPlace(lane.length, (i) => this.begin.at(lane.at(i)) > timeMs);
    return next === 0 ? undefined : lane.at(next - 1);
  }

  /** All operations, as they came. */
  *operations(rank: number): Generator<Operation> {
    for (let place = 0; place < this.length; place += 1) {
      if (this.rank.at(place) !== rank) continue;
      const operation = this.operation(place);
      if (operation) yield operation;
    }
  }

  private append(batch: number, index: number): void {
    const { rank, reader, offsetMs } = this.batches[batch] as Batch;
    const place = this.length;
    const shiftMs = offsetMs - (this.originMs ?? 0);
    const beginMs = reader.number(index, 'beginMs') + shiftMs;
    const endMs = reader.number(index, 'endMs') + shiftMs;
    this.begin.push(beginMs);
    this.end.push(endMs);
    this.rank.push(rank);
    this.batchOf.push(batch);
    this.indexOf.push(index);
    if (place === 0 || beginMs < this.firstMs) this.firstMs = beginMs;
    if (beginMs < this.zeroMs) this.zeroMs = beginMs;
    if (place === 0 || endMs > this.lastMs) this.lastMs = endMs;
    const bits = reader.integer(index, 'kind');
    this.looks.push((reader.integer(index, 'name') << nameShift) | bits);
    this.causes.push(unknownCause);
    this.untils.push(NaN);
    const kind = bits & operationBits.kind;
    if (kind === 0) this.calls[rank]?.push(place);
    else if (kind === 1) this.requests[rank]?.push(place);
    const role = (bits >> operationBits.roleShift) & operationBits.role;
    if (role === receives) this.arrivals[rank]?.push(place);
    this.connect(place, role, reader.number(index, 'messageId'));
    const meeting = meetingOf(reader, index);
    if (meeting !== undefined) this.meet(place, meeting, reader.integer(index, 'peer'));
  }

  private meet(place: number, name: string, others: number): void {
    const meeting = this.meetings.get(name);
    if (!meeting) {
      this.meetings.set(name, { missing: others, last: place });
      return;
    }
    meeting.missing -= 1;
    if (this.begin.at(place) > this.begin.at(meeting.last)) meeting.last = place;
  }

  private connect(place: number, role: number, messageId: number): void {
    if (messageId === noMessage || (role !== sends && role !== receives)) return;
    const [own, other] = role === sends ? [this.sent, this.received] : [this.received, this.sent];
    own.set(messageId, place);
    const end = other.get(messageId);
    if (end === undefined) return;
    this.arrowFrom.push(role === sends ? place : end);
    this.arrowTo.push(role === sends ? end : place);
  }

  private dropOldest(): void {
    const [batches, batchOf, indexOf] = [this.batches, this.batchOf, this.indexOf];
    const first = Math.ceil(this.length / 4);
    this.leftOut += first;
    const firstBatch = batchOf.at(first);
    this.batches = batches.slice(firstBatch);
    [this.begin, this.end, this.rank] = [new Column(), new Column(), new Column()];
    [this.batchOf, this.indexOf] = [new Column(), new Column()];
    [this.looks, this.causes, this.untils] = [new Column(), new Column(), new Column()];
    [this.arrowFrom, this.arrowTo] = [new Column(), new Column()];
    [this.calls, this.requests, this.arrivals] = [this.lanes(), this.lanes(), this.lanes()];
    [this.sent, this.received] = [new Map<number, number>(), new Map<number, number>()];
    this.meetings = new Map();
    for (let place = first; place < batchOf.length; place += 1) {
      this.append(batchOf.at(place) - firstBatch, indexOf.at(place));
    }
  }

  private lanes(): Column[] {
    return Array.from({ length: this.size }, () => new Column(64));
  }
}

/** What a record's call has in common with those that it met in shared memory; undefined where it met none. */
function meetingOf(reader: OperationReader, index: number): string | undefined {
  const bits = reader.integer(index, 'kind');
  const kind = operationKinds[bits & operationBits.kind] ?? 'call';
  const role = messageRoles[(bits >> operationBits.roleShift) & operationBits.role] ?? 'none';
  const communicator = reader.number(index, 'messageId');
  return isMeeting(kind, role, communicator) ? `${communicator} ${reader.integer(index, 'tag')}` : undefined;
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}
