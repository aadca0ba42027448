/**
 * The endpoint of a node whose machine has other nodes of the job: to these its main thread writes directly, into rings in
 * their memory (see ringLayout.ts), and reads its own; the agent has no part in it. All other nodes are reached through
 * sockets. A pair of nodes uses one of the two ways for all its messages, so their order is kept.
 *
 * Cost: a message is copied once into the ring and once out of it; a system call only where the receiver sleeps. A
 * payload that is larger than the ring passes through it in pieces, which the receiver takes while the sender writes.
 * Failure assumptions: a node can die at any point; it then leaves nothing that is taken for a message.
 */
import { type Envelope, type Message, type Payload, payloadBytes } from '../../protocol/envelope';
import type { Wait } from '../../protocol/node';
import type { Blocking } from '../blocking';
import type { Endpoint, MemorySharing, MemorySignals, PlaceParts, SocketWay, WakeUp } from '../endpoint';
import type { Inbox } from './inbox';
import type { Outbox } from './outbox';

/** So many looks at the inbox to one at what has come through sockets. */
const socketGlances = 16;
/** So many looks at memory that others write to one at messages, where it is memory that is waited for. */
const messageGlances = 16;

export class SharedMemoryEndpoint implements Endpoint, MemorySignals {
  readonly rank: number;
  readonly size: number;
  readonly signals: MemorySignals = this;
  /** What was taken in while a send had to wait. */
  private readonly arrived: Message[] = [];
  private readonly hasArrived = () => this.inbox.ready || this.sockets.ready;
  private glances = 0;
  /** The sockets' messages come by way of the agent, and are not as quick. */
  private readonly glance = () =>
    this.inbox.ready || (++this.glances % this.socketGlances === 0 && this.sockets.glance());
  private socketGlances = socketGlances;

  /** What is looked for beside messages. */
  private isReady = () => false;
  private readonly isReadyOrHasArrived = () => this.isReady() || this.hasArrived();
  private readonly glanceAtMemory = () =>
    this.isReady() || (++this.glances % messageGlances === 0 && this.hasArrived());

  /** `outboxOf` opens the way to a node of this machine; undefined for a node that is reached through `sockets`. */
  constructor(
    private readonly inbox: Inbox,
    private readonly outboxOf: (rank: number) => Outbox | undefined,
    private readonly sockets: SocketWay,
    private readonly blocking: Blocking,
    readonly sharing?: MemorySharing,
  ) {
    this.rank = sockets.rank;
    this.size = sockets.size;
    sockets.elsewhere = () => this.absorb();
  }

  send(envelope: Envelope, payload: Payload, wait: Wait): void {
    const outbox = this.outboxOf(envelope.destination);
    if (outbox === undefined) return this.sockets.send(envelope, payload, wait);
    if (outbox.closed) return;
    const { writer } = outbox;
    const bytes = payloadBytes(payload);
    if (!writer.begin(envelope, payload, bytes)) {
      this.blockUntil(outbox, wait, () => writer.begin(envelope, payload, bytes));
      if (outbox.closed) return;
    }
    this.blocking.countSent(envelope.destination, bytes);
    if (outbox.isAwaited) {
      this.blocking.pausing();
      outbox.wake();
    }
    while (!writer.done) {
      if (writer.advance()) outbox.wake();
      else this.blockUntil(outbox, wait, () => writer.advance() || writer.done);
      if (outbox.closed) writer.abandon();
    }
  }

  /** This node is the only one of its machine, so that all messages come through sockets; or another one has joined it. */
  standAlone(alone: boolean): void {
    this.socketGlances = alone ? 1 : socketGlances;
  }

  set place(place: PlaceParts | undefined) {
    this.inbox.place = place;
    this.sockets.place = place;
  }

  poll(waits?: boolean): Message | undefined {
    if (this.arrived.length > 0) return this.arrived.shift();
    return this.take() ?? this.sockets.poll(waits);
  }

  wait(wait: Wait, wakeUp?: WakeUp): void {
    if (this.arrived.length === 0) this.blocking.block(wait, this.hasArrived, this.glance, wakeUp);
  }

  async arrival(): Promise<void> {
    if (this.arrived.length === 0) await this.blocking.rung(this.hasArrived);
  }

  tell(rank: number, bytes: number): void {
    this.blocking.countSent(rank, bytes);
    this.outboxOf(rank)?.wake();
  }

  found(bytes: number): void {
    this.blocking.countReceived(bytes);
  }

  waitFor(ready: () => boolean, wait: Wait, wakeUp?: WakeUp): void {
    if (this.arrived.length > 0) return;
    this.isReady = ready;
    this.blocking.block(wait, this.isReadyOrHasArrived, this.glanceAtMemory, wakeUp);
  }

  private take(): Message | undefined {
    const message = this.inbox.poll();
    if (message !== undefined) this.blocking.countReceived(payloadBytes(message.payload));
    return message;
  }

  private absorb(): void {
    for (let message = this.take(); message !== undefined; message = this.take()) this.arrived.push(message);
  }

  /** Blocks until `act` succeeds, which needs room in a ring, or nobody reads there any more. */
  private blockUntil(outbox: Outbox, wait: Wait, act: () => boolean): void {
    this.blocking.block(wait, () => {
      this.absorb();
      this.sockets.absorb(); // takes in word of the other node's death too
      if (outbox.closed || act()) return true;
      outbox.writer.askForRoom();
      return act();
    });
  }
}
