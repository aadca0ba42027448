/**
 * Records what a node's program does in its communication calls, for the timeline: each call from its begin to its end,
 * each request from its call to its completion, each message with its id and logical clock. It hears of them from the
 * calls (`begin`, `beginSend`, `posted`, `end`), from the progress engine (`sent`, `finished`) and from who waits (`waiting`, `pause`).
 *
 * Cost: nothing but a load where nobody wants records; else 64 bytes written for a call, and looks at the clock while the node waits
 * or its message is under way (see callTimes.ts). A call that fails leaves no record: the job's end tells of it.
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
import { CallTimes } from './callTimes';
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

/** So many words are looked for one by one. */
const earlyWords = 6;
/** A larger message takes long. */
const quickBytes = 4096;

export class OperationRecorder {
  private readonly sites: CallSites;
  private readonly times: CallTimes;
  /** By their numbers less one; the few that a program uses most come early, and are found without hashing. */
  private readonly words: string[] = [];
  private readonly numbers = new Map<string, number>();
  /** By the number of a call's name: what such a call does with the message that it has of its own. */
  private readonly roles: number[] = [none];
  /** The call that the program is in. */
  private readonly call: OperationRecord = emptyRecord();
  /** Any other record, while it is written. */
  private readonly other: OperationRecord = emptyRecord();
  private isOpen = false;
  /** What it is, of a send, before that is noted. */
  private undescribed: Wait | undefined;
  /** The call is a send: where it was made is found out when its message is on its way. */
  private isSending = false;
  /** When a large message began to leave; else NaN. */
  private leftMs = NaN;
  private clock = 0;
  private lastCommunicator = '';

  constructor(
    private readonly ring: OperationRing,
    finder: PlaceFinder,
    /** Milliseconds of the machine's monotonic clock. */
    nowMs: () => number,
    private readonly events: RecorderEvents,
  ) {
    this.times = new CallTimes(nowMs);
    this.sites = new CallSites(finder, nowMs, (at) => events.onSite(at));
  }

  /** The program is in a call from now on. */
  begin(wait: Wait): void {
    this.beginSend(wait);
    if (this.isOpen) this.describe(wait);
  }

  /** It is in a call that sends a message and does nothing before: what call it is is noted once that is on its way. */
  beginSend(wait: Wait): void {
    this.isOpen = this.ring.wanted;
    this.undescribed = this.isOpen ? wait : undefined;
    if (this.isOpen) this.times.start();
  }

  /** The program waits in its call from now on; what is answered is to be called every few glances until it does not. */
  waiting(): (() => void) | undefined {
    if (!this.isOpen) return undefined;
    const { call, times } = this;
    times.wait();
    if (this.undescribed) this.describe(this.undescribed);
    if (!this.isSending) {
      call.beginMs = times.beginMs;
      this.ring.prepare(call);
    }
    return times.tick;
  }

  /** The program does next what may take a while: it sleeps, makes a call of the system, copies much. */
  pause(): void {
    if (!this.isOpen) return;
    this.times.pause();
    if (this.undescribed) this.describe(this.undescribed);
  }

  /** A message of so many bytes is about to leave. */
  leaving(bytes: number): void {
    if (bytes <= quickBytes) return;
    this.pause();
    this.leftMs = this.times.look();
  }

  /** The call has come to its end. */
  end(algorithm = ''): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { call, times } = this;
    call.endMs = times.moment();
    call.beginMs = times.beginMs;
    times.stop();
    if (this.undescribed) this.describe(this.undescribed);
    call.clock = this.clock;
    if (algorithm !== '' || call.messageId === noMessage) this.conclude(algorithm);
    if (this.isSending) this.place();
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
    call.bytes = 0;
  }

  /** The present call has begun an operation that goes on after its end: it is recorded as a request once it is done. */
  posted(operation: Operation): void {
    if (!this.isOpen || operation.done) return;
    const { call, times } = this;
    times.begin();
    if (this.isSending) this.place();
    const { beginMs } = times;
    const { bits, name, communicator, site } = call;
    operation.recorded = { beginMs, bits: bits | kindBits.request, name, communicator, site };
  }

  /** A message has left. */
  sent(envelope: Envelope, wait: Wait): void {
    if (!this.ring.wanted) return;
    // A message to the node itself has been received by now.
    this.clock = Math.max(this.clock, envelope.clock);
    if (this.undescribed) this.describe(this.undescribed);
    const { call } = this;
    const isCalls = this.isOpen && (call.bits & sending) !== 0 && call.messageId === noMessage;
    if (isCalls && !isCollectives(envelope.communicator)) note(call, envelope, envelope.destination);
    else this.message(envelope, envelope.destination, sending, this.numberOf(wait.operation));
  }

  /** An operation is done, with what it has received. */
  finished(operation: Operation, clock = this.clock, algorithm = ''): void {
    if (!this.ring.wanted) return;
    this.clock = clock;
    if (this.undescribed) this.describe(this.undescribed);
    const { recorded, message } = operation;
    const envelope = message?.envelope;
    if (envelope !== undefined && envelope.bytes > quickBytes) this.pause();
    if (recorded !== undefined) this.request(recorded, envelope, algorithm);
    else if (envelope === undefined) return;
    else if (isCollectives(envelope.communicator) || !this.isOpen || (this.call.bits & receiving) === 0) {
      this.message(envelope, envelope.source, receiving, this.call.name);
    } else note(this.call, envelope, envelope.source);
  }

  /** Notes what the present call is. */
  private describe({ operation, communicator }: Wait): void {
    this.undescribed = undefined;
    this.ring.forget();
    const { call } = this;
    const name = this.numberOf(operation);
    const role = this.roles[name] as number;
    if (communicator !== this.lastCommunicator) {
      this.lastCommunicator = communicator;
      call.communicator = this.numberOf(communicator);
    }
    call.name = name;
    call.bits = role;
    call.messageId = noMessage;
    call.algorithm = 0;
    this.isSending = role === sending;
    if (!this.isSending) this.place();
  }

  /** Notes what is known at its end only of a call that is not about one message. */
  private conclude(algorithm: string): void {
    const { call } = this;
    this.ring.forget();
    if (algorithm !== '') call.algorithm = this.numberOf(algorithm);
    if (call.messageId !== noMessage) return;
    call.bits &= ~(sending | receiving);
    call.peer = call.tag = -1;
    call.bytes = 0;
  }

  private request(begun: BegunRequest, received: Envelope | undefined, algorithm: string): void {
    const { other } = this;
    other.beginMs = begun.beginMs;
    other.bits = begun.bits;
    other.name = begun.name;
    other.communicator = begun.communicator;
    other.site = begun.site;
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
    other.beginMs = role === sending ? this.leftMs : NaN;
    this.leftMs = NaN;
    this.write(other);
  }

  private write(record: OperationRecord): void {
    record.clock = this.clock;
    record.endMs = this.times.moment();
    if (Number.isNaN(record.beginMs)) record.beginMs = record.endMs;
    this.ring.write(record);
  }

  /** Notes where in the program the present call is made. */
  private place(): void {
    const { call, sites } = this;
    call.site = sites.of(call.name, this.times.latest);
    if (sites.isLike) call.bits |= operationBits.likeSite;
  }

  private numberOf(word: string): number {
    const { words } = this;
    const early = Math.min(words.length, earlyWords);
    for (let i = 0; i < early; i += 1) if (words[i] === word) return i + 1;
    const known = this.numbers.get(word);
    if (known !== undefined) return known;
    const number = words.push(word);
    this.numbers.set(word, number);
    this.roles[number] = roleOfCall(word);
    this.events.onName(word);
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
