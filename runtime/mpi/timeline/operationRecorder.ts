/**
 * Records what a node's program does in its communication calls, for the timeline: each call from its begin to its end,
 * each request from its call to its completion, each message with its id and logical clock. It hears of them from the
 * calls (`begin`, `posted`, `end`) and from the progress engine (`sent`, `finished`).
 *
 * Cost: nothing but a load where nobody wants records; else two looks at the clock and 64 bytes written for a call.
 * A call that fails leaves no record: the job's end tells of it.
 */
import type { Envelope } from '../../protocol/envelope';
import { isCollectives } from '../../protocol/messages';
import { isReceive, isSend, type SourceLocation, type Wait } from '../../protocol/node';
import {
  messageRoles,
  noMessage,
  operationBits,
  type OperationKind,
  operationKinds,
} from '../../protocol/operations';
import type { Operation } from '../operation';
import { CallSites, type PlaceFinder } from './callSites';
import type { OperationRecord, OperationRing } from './operationRing';

/** What is remembered of a nonblocking call until it is done. */
export interface BegunRequest {
  beginMs: number;
  bits: number;
  name: number;
  communicator: number;
  site: number;
}

/** Tells of what records speak of by number; words and places are numbered from 1, in the order of their coming. */
export interface RecorderEvents {
  onName(name: string): void;
  onSite(at: SourceLocation): void;
}

const [none, sending, receiving] = messageRoles.map((_, role) => role << operationBits.roleShift) as [
  number,
  number,
  number,
];
const kindBits = Object.fromEntries(operationKinds.map((kind, bits) => [kind, bits])) as Record<
  OperationKind,
  number
>;

export class OperationRecorder {
  private readonly sites: CallSites;
  private readonly names = new Map<string, number>();
  /** By the number of a name: what such a call does with a message. */
  private readonly roles: number[] = [];
  /** The call that the program is in. */
  private readonly call: OperationRecord = emptyRecord();
  /** Any other record, while it is written. */
  private readonly other: OperationRecord = emptyRecord();
  private isOpen = false;
  private clock = 0;
  private lastWord = '';
  private lastNumber = 0;
  private lastCommunicator = '';

  constructor(
    private readonly ring: OperationRing,
    finder: PlaceFinder,
    /** Milliseconds of the machine's monotonic clock. */
    private readonly nowMs: () => number,
    private readonly events: RecorderEvents,
  ) {
    this.sites = new CallSites(finder, nowMs, (at) => events.onSite(at));
  }

  /** The program is in a call from now on. */
  begin(wait: Wait): void {
    if (!this.ring.wanted) {
      this.isOpen = false;
      return;
    }
    const { call } = this;
    const name = this.nameOf(wait.operation);
    const beginMs = this.nowMs();
    call.name = name;
    if (wait.communicator !== this.lastCommunicator) {
      this.lastCommunicator = wait.communicator;
      call.communicator = this.numberOf(wait.communicator);
    }
    call.beginMs = beginMs;
    call.messageId = noMessage;
    call.peer = -1;
    call.tag = -1;
    call.bytes = 0;
    call.algorithm = 0;
    call.site = this.sites.of(name, beginMs);
    call.bits = (this.roles[name] as number) | (this.sites.isLike ? operationBits.likeSite : 0);
    this.isOpen = true;
  }

  /** The call has come to its end. */
  end(algorithm = ''): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { call } = this;
    if (algorithm !== '') call.algorithm = this.numberOf(algorithm);
    if (call.messageId === noMessage) call.bits &= ~(sending | receiving);
    call.clock = this.clock;
    call.endMs = this.nowMs();
    this.ring.write(call);
  }

  /**
   * The call has met so many others in shared memory, as the one with this number of a communicator, whose name the job has
   * once: the logical clock goes on from this.
   */
  met(clock: number, communicator: number, number: number, others: number): void {
    this.clock = clock;
    const { call } = this;
    call.messageId = communicator;
    call.tag = number;
    call.peer = others;
  }

  /** The present call has begun an operation that goes on after its end: it is recorded as a request once it is done. */
  posted(operation: Operation): void {
    if (!this.isOpen || operation.done) return;
    const { beginMs, bits, name, communicator, site } = this.call;
    operation.recorded = { beginMs, bits: bits | kindBits.request, name, communicator, site };
  }

  /** A message is about to leave. */
  sent(envelope: Envelope, wait: Wait): void {
    if (!this.ring.wanted) return;
    this.clock = envelope.clock;
    const { call } = this;
    const isCalls = this.isOpen && (call.bits & sending) !== 0 && call.messageId === noMessage;
    if (isCalls && !isCollectives(envelope.communicator)) note(call, envelope, envelope.destination);
    else this.message(envelope, envelope.destination, sending, this.nameOf(wait.operation));
  }

  /** An operation is done, with what it has received. */
  finished(operation: Operation, clock = this.clock, algorithm = ''): void {
    if (!this.ring.wanted) return;
    this.clock = clock;
    const { recorded, message } = operation;
    const envelope = message?.envelope;
    if (recorded !== undefined) this.request(recorded, envelope, algorithm);
    else if (envelope === undefined) return;
    else if (isCollectives(envelope.communicator) || !this.isOpen || (this.call.bits & receiving) === 0) {
      this.message(envelope, envelope.source, receiving, this.call.name);
    } else note(this.call, envelope, envelope.source);
  }

  private request(begun: BegunRequest, received: Envelope | undefined, algorithm: string): void {
    const { other } = this;
    Object.assign(other, begun);
    if (received) note(other, received, received.source);
    else {
      // The message that a send has sent is told by its call.
      other.bits &= ~(sending | receiving);
      other.messageId = noMessage;
      other.peer = -1;
      other.tag = -1;
      other.bytes = 0;
    }
    other.algorithm = algorithm === '' ? 0 : this.numberOf(algorithm);
    this.write(other);
  }

  private message(envelope: Envelope, peer: number, role: number, name: number): void {
    const { other, call } = this;
    note(other, envelope, peer);
    other.bits = kindBits.message | role | (call.bits & operationBits.likeSite);
    other.name = name;
    other.communicator = call.communicator;
    other.site = this.isOpen ? call.site : 0;
    other.algorithm = 0;
    other.beginMs = NaN;
    this.write(other);
  }

  private write(record: OperationRecord): void {
    record.clock = this.clock;
    record.endMs = this.nowMs();
    if (Number.isNaN(record.beginMs)) record.beginMs = record.endMs;
    this.ring.write(record);
  }

  private nameOf(name: string): number {
    const number = this.numberOf(name);
    this.roles[number] ??= roleOfCall(name);
    return number;
  }

  /** The number of a word; it is often the last one. */
  private numberOf(word: string): number {
    if (word === this.lastWord) return this.lastNumber;
    let number = this.names.get(word);
    if (number === undefined) {
      number = this.names.size + 1;
      this.names.set(word, number);
      this.events.onName(word);
    }
    this.lastWord = word;
    this.lastNumber = number;
    return number;
  }
}

/** The message that a call has of its own; a `sendrecv` has the one that it receives, and sends another. */
function roleOfCall(name: string): number {
  if (isSend(name)) return sending;
  return isReceive(name) || name.startsWith('sendrecv') ? receiving : none;
}

function note(record: OperationRecord, { messageId, tag, bytes }: Envelope, peer: number): void {
  record.messageId = messageId;
  record.peer = peer;
  record.tag = tag;
  record.bytes = bytes;
}

function emptyRecord(): OperationRecord {
  return {
    bits: 0,
    name: 0,
    beginMs: 0,
    endMs: 0,
    messageId: noMessage,
    clock: 0,
    peer: -1,
    tag: -1,
    communicator: 0,
    bytes: 0,
    site: 0,
    algorithm: 0,
  };
}
