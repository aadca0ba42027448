/**
 * The progress engine, one for each node and shared by all its communicators: names the messages that leave (sequence,
 * id, logical clock), matches those that arrive, completes operations, and blocks where a call must wait.
 *
 * Progress is made whenever the main thread is inside a communication call, or awaits a request: all that has arrived
 * is then taken in, whatever the call itself is about. A program that only computes makes none, as with most MPIs.
 *
 * Protocols (MPI standard 4.0, section 3.5; W. Gropp, E. Lusk, "A high-performance MPI implementation on a shared-memory
 * vector supercomputer", 1997): up to `eagerLimitBytes` a message travels at once and its sender goes on. Above, only
 * its envelope does (an offer); the receive that takes it answers (accept), and then the content follows.
 * Cost: one message eager, three in rendezvous. Failures: none are masked; a lost node ends the job.
 */
import type { Endpoint, MemorySharing } from '../transport/endpoint';
import {
  type Envelope,
  type Message,
  type Payload,
  defaultEagerLimitBytes,
  maximumPayloadBytes,
  messageModes,
  payloadBytes,
} from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import type { Wait } from '../protocol/node';
import { copyPayload, keepPayload } from '../core/codec';
import { AwaitedOperations } from './awaitedOperations';
import type { CommunicationWatch } from './communicationWatch';
import { ContextGroups } from './contextGroups';
import { Failures } from './faultTolerance/failures';
import {
  type EngineOptions,
  type MessageCounts,
  modeFor,
  noCounts,
  raise,
  type SendKind,
} from './engineOptions';
import { acceptOf, IncomingContents } from './incomingContents';
import type { ReceiveBuffer } from './layout';
import { Matching } from './matching';
import { Notices } from './notices';
import { type OpenRequest, type Operation, ReceiveOperation, SendOperation, type Site } from './operation';
import { PendingSends } from './pendingSends';
import { SendBuffer } from './sendBuffer';
import { SendSites } from './sendSites';
import { Sequences } from './sequences';
import type { OperationRecorder } from './timeline/operationRecorder';

/** So many messages are taken in by one call that does not wait, at most: a flood must not hold it for ever. */
const takenAtOnce = 1024;
const noContent: Uint8Array[] = [];

export class ProgressEngine {
  readonly rank: number;
  readonly size: number;
  /** Payload of the largest message that a standard send sends without waiting for its receive. */
  eagerLimitBytes: number;
  readonly abort: (error: LockstepError) => never;
  readonly host: string;
  readonly counts: MessageCounts;
  readonly matching: Matching;
  /** Who is who in each communicator: calls take its ranks, messages carry those of world. */
  readonly groups = new ContextGroups();
  /** Remembers where in the program the present call was made. */
  readonly capture: (() => Site) | undefined;
  readonly sendSites: SendSites;
  /** Is told of every message that leaves and of every operation that is done; the calls tell it of themselves. */
  readonly recorder: OperationRecorder | undefined;
  /** Messages that were sent for a posted receive and found none. */
  readonly notReady: Envelope[] = [];
  /** Requests whose result the program has not taken yet. */
  readonly open = new Set<OpenRequest>();
  /** Told of what the program sends and receives, while a debugger wants to stop at it. */
  watch: CommunicationWatch | undefined;
  /** The room for buffered sends. */
  readonly sendBuffer = new SendBuffer((operation, wait) => this.complete(operation, wait));
  readonly pendingSends = new PendingSends();
  /** Of receives that have taken an offer. */
  private readonly contents = new IncomingContents();
  /** Operations that the program awaits. */
  readonly awaited: AwaitedOperations;
  /** Lamport's logical clock: one more at each send, past the sender's at each receive. */
  private clock = 0;
  private sent = 0;
  private readonly sequences = new Sequences();
  /** Messages that are handled and not received. */
  readonly notices = new Notices(
    this.groups,
    () => ({ source: this.rank, messageId: this.rank * 2 ** 32 + this.sent++, clock: ++this.clock }),
    (envelope, payload, wait) => this.deliver(envelope, payload, wait),
  );
  /** What has failed, and what cannot be done any more for that. */
  readonly failures = new Failures(this.groups, {
    matching: () => this.matching,
    sends: this.pendingSends,
    contents: this.contents,
    finish: (operation) => this.finish(operation),
    abort: (error) => this.abort(error),
  });
  /** The memory that this node shares with others; undefined where there is none. */
  readonly sharing: MemorySharing | undefined;

  constructor(
    readonly endpoint: Endpoint,
    {
      eagerLimitBytes = defaultEagerLimitBytes,
      counts,
      capture,
      recorder,
      abort = raise,
      host = '',
    }: EngineOptions = {},
  ) {
    const { rank, size, sharing } = endpoint;
    [this.rank, this.size, this.sharing, this.eagerLimitBytes] = [rank, size, sharing, eagerLimitBytes];
    this.counts = counts ?? noCounts(size);
    [this.capture, this.recorder, this.abort, this.host] = [capture, recorder, abort, host];
    this.sendSites = new SendSites(capture);
    this.matching = new Matching(size);
    this.awaited = new AwaitedOperations(endpoint);
    endpoint.place = (envelope, partBytes) => this.contents.place(envelope, partBytes);
  }

  /**
   * Starts to send. Answers undefined if the message has left whole and the payload may be reused; else the operation
   * that completes once a receive has taken it: binary data in the payload stays as it is until then.
   */
  startSend(
    context: number,
    destinationRank: number,
    tag: number,
    payload: Payload,
    kind: SendKind,
    wait: Wait,
    signature = 0,
  ): SendOperation | undefined {
    const destination = this.groups.worldRank(context, destinationRank);
    if (this.failures.any) this.failures.check(context, destination, wait);
    const bytes = payloadBytes(payload);
    if (bytes > maximumPayloadBytes) {
      throw new LockstepError('frameTooLarge', { bytes, limit: maximumPayloadBytes });
    }
    if (signature === 0) this.sendSites.note(context, destination, tag);
    if (signature === 0) this.watch?.sending({ context, peer: destination, tag, bytes }, wait, this.sent);
    const mode = modeFor(kind, bytes, this.eagerLimitBytes);
    const envelope: Envelope = {
      mode,
      communicator: context,
      source: this.rank,
      destination,
      tag,
      sequence: this.sequences.next(context, destination),
      messageId: this.rank * 2 ** 32 + this.sent++,
      clock: ++this.clock,
      bytes,
      signature,
    };
    const isOffer = mode === messageModes.offer;
    const isOver = mode === messageModes.eager || mode === messageModes.ready;
    const operation = isOver
      ? undefined
      : new SendOperation(envelope, isOffer ? keepPayload(payload) : undefined);
    if (operation) this.pendingSends.add(operation);
    this.recorder?.leaving(bytes);
    this.deliver(envelope, isOffer ? { kind: payload.kind, parts: noContent } : payload, wait);
    this.recorder?.sent(envelope, wait);
    return operation;
  }

  /** Takes the message that matches now, or posts a receive for it; `buffer` is where the program wants it. */
  startReceive(
    context: number,
    sourceRank: number,
    tag: number,
    wait: Wait,
    buffer?: ReceiveBuffer,
  ): ReceiveOperation {
    const source = this.groups.worldRank(context, sourceRank);
    this.watch?.posting({ context, peer: source, tag }, wait);
    const receive = new ReceiveOperation(context, source, tag, buffer);
    const message = this.matching.take(context, source, tag);
    if (message === undefined) {
      if (this.failures.any) this.failures.checkReceive(receive, wait);
      this.matching.post(receive);
    } else this.match(receive, message, wait);
    return receive;
  }

  /** A receive of a message that was taken out of matching before. */
  receiveTaken(message: Message, wait: Wait): ReceiveOperation {
    const { communicator, source, tag } = message.envelope;
    const receive = new ReceiveOperation(communicator, source, tag);
    this.match(receive, message, wait);
    return receive;
  }

  /** Blocks until a message matches and its content is there. */
  receive(context: number, source: number, tag: number, wait: Wait, buffer?: ReceiveBuffer): Message {
    const receive = this.startReceive(context, source, tag, wait, buffer);
    try {
      this.complete(receive, wait);
    } finally {
      // Where the wait threw, the receive must not swallow a later message.
      if (!receive.done) this.cancel(receive);
    }
    return receive.message as Message;
  }

  /** The message that a receive would get, if it has arrived; it stays where it is. */
  peek(context: number, source: number, tag: number, wait: Wait): Message | undefined {
    this.progress(wait);
    const from = this.groups.worldRank(context, source);
    const message = this.matching.peek(context, from, tag);
    if (message === undefined && this.failures.any) this.failures.check(context, from, wait);
    return message;
  }

  /** Takes the message that a receive would get, if it has arrived. */
  take(context: number, source: number, tag: number): Message | undefined {
    return this.matching.take(context, this.groups.worldRank(context, source), tag);
  }

  /** Blocks until a message matches, and leaves it where it is. */
  probe(context: number, sourceRank: number, tag: number, wait: Wait): Message {
    const source = this.groups.worldRank(context, sourceRank);
    for (;;) {
      const message = this.matching.peek(context, source, tag);
      if (message !== undefined) return message;
      if (this.failures.any) this.failures.check(context, source, wait);
      this.step(wait);
    }
  }

  /** Takes a receive back that no message has matched; false if one has. */
  cancel(receive: ReceiveOperation): boolean {
    if (receive.done || receive.message !== undefined) return false;
    this.matching.cancel(receive);
    receive.cancelled = true;
    this.finish(receive);
    return true;
  }

  /** Blocks until an operation is done; throws if it has failed. */
  complete(operation: Operation, wait: Wait): void {
    while (!operation.done && operation.failure === undefined) this.step(wait);
    if (operation.failure) throw this.failures.error(operation.failure, wait);
  }

  /** Blocks until `condition` holds, which only what arrives can bring about. */
  blockUntil(condition: () => boolean, wait: Wait): void {
    while (!condition()) this.step(wait);
  }

  /** Takes in what has arrived, without waiting for more. */
  progress(wait: Wait): void {
    for (let taken = 0; taken < takenAtOnce; taken += 1) {
      const message = this.endpoint.poll();
      if (message === undefined) break;
      this.handle(message, wait);
    }
    if (this.failures.isTold) this.failures.takeIn();
  }

  /** Resolves when an operation is done; until then arrivals are taken in whenever the event loop is idle. */
  completion(operation: Operation, wait: Wait): Promise<void> {
    return this.awaited.completion(operation, wait, () => this.progress(wait));
  }

  /** The logical clock after an event here, and after one elsewhere that this one follows. */
  tick(seen = 0): number {
    return (this.clock = Math.max(this.clock, seen) + 1);
  }

  /** Takes in one message, or waits for one. */
  private step(wait: Wait): void {
    const message = this.endpoint.poll(true);
    if (message !== undefined) this.handle(message, wait);
    else if (this.failures.isTold) this.failures.takeIn();
    else this.endpoint.wait(wait);
  }

  private handle(message: Message, wait: Wait): void {
    const { envelope } = message;
    this.counts.taken[envelope.source]! += 1;
    if (this.failures.any && this.failures.isStale(envelope)) return;
    switch (envelope.mode) {
      case messageModes.accept:
        return this.accepted(envelope, wait);
      case messageModes.content:
        return this.finish(this.contents.take(message));
      case messageModes.notice:
        this.clock = Math.max(this.clock, envelope.clock) + 1;
        return this.notices.handle(message, wait);
      case messageModes.eager:
      case messageModes.ready:
      case messageModes.synchronous:
      case messageModes.offer: {
        const receive = this.matching.arrive(message);
        if (receive !== undefined) return this.match(receive as ReceiveOperation, message, wait);
        this.recorder?.pause();
        if (envelope.mode === messageModes.ready) this.notReady.push(envelope);
        return;
      }
      default:
        throw new LockstepError('malformed', { problem: `a message of mode ${String(envelope.mode)}` });
    }
  }

  /** A receive has its message; who sent it hears so where it waits for that. */
  private match(receive: ReceiveOperation, message: Message, wait: Wait): void {
    const { envelope } = message;
    receive.message = message;
    this.clock = Math.max(this.clock, envelope.clock) + 1;
    this.watch?.received(envelope, wait);
    if (envelope.mode === messageModes.offer) {
      this.contents.await(envelope, receive);
      this.reply(envelope, wait);
      return;
    }
    if (envelope.mode === messageModes.synchronous) this.reply(envelope, wait);
    this.finish(receive);
  }

  private reply(taken: Envelope, wait: Wait): void {
    this.deliver(acceptOf(taken, ++this.clock), { kind: 0, parts: noContent }, wait);
  }

  private accepted(accept: Envelope, wait: Wait): void {
    const operation = this.pendingSends.accepted(accept);
    this.clock = Math.max(this.clock, accept.clock) + 1;
    const { envelope, content } = operation;
    if (content !== undefined) {
      this.deliver({ ...envelope, mode: messageModes.content, sequence: 0 }, content, wait);
    }
    this.finish(operation);
  }

  private finish(operation: Operation): void {
    operation.done = true;
    this.recorder?.finished(operation, this.clock);
    operation.onDone?.();
  }

  private deliver(envelope: Envelope, payload: Payload, wait: Wait): void {
    this.counts.sent[envelope.destination]! += 1;
    if (envelope.destination === this.rank) this.handle({ envelope, payload: copyPayload(payload) }, wait);
    else this.endpoint.send(envelope, payload, wait);
  }
}
