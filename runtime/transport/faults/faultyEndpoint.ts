/**
 * An endpoint under faults, around one that is not: the sender draws each message's fate (lane.ts), the receiver keeps
 * what is late or cut off (holding.ts). Without faults a call costs a comparison more.
 *
 * Memory that nodes share, and collectives of a library, are no messages, and are not touched; collectives that would meet in
 * such memory ask `isDisturbed` first.
 */
import {
  type Envelope,
  type Message,
  messageModes,
  type Payload,
  payloadBytes,
} from '../../protocol/envelope';
import type { MessageFaults } from '../../protocol/faults';
import { isCollectives } from '../../protocol/messages';
import type { Wait } from '../../protocol/node';
import type {
  Endpoint,
  LibraryCollectives,
  MemorySharing,
  MemorySignals,
  PlaceParts,
  WakeUp,
} from '../endpoint';
import { edgeOf } from './edge';
import { Holding } from './holding';
import { Lane } from './lane';
import { isStamped, stamp, unstamp } from './stamp';

/** What the endpoint needs of its node. */
export interface FaultyNode {
  nowMs(): number;
  /** Number of its machine. */
  machine: number;
  /** Which faults the node was told of last; grows. */
  version(): number;
  /** Takes in what it was told, with `change`. */
  takeIn(): void;
}

/** Who has to know what became of messages. */
export interface FaultObserver {
  lost(envelope: Envelope): void;
  doubled(envelope: Envelope): void;
  /** Gives a message the number that is due from its source. */
  number(envelope: Envelope): void;
  /** So many messages of a source wait behind a cut. */
  cutOff(source: number, messages: number): void;
}

/** So many messages are looked at in one go. */
const takenAtOnce = 1024;
/** The modes of messages that receives take; all others belong to one of these. */
const matched: readonly number[] = [
  messageModes.eager,
  messageModes.ready,
  messageModes.synchronous,
  messageModes.offer,
];

export class FaultyEndpoint implements Endpoint {
  readonly rank: number;
  readonly size: number;
  observer: FaultObserver | undefined;
  private faults: MessageFaults = { version: 0, seed: 0, faults: [] };
  /** True once something has been wrong: from then on all messages pass through `holding`. */
  private active = false;
  /** By destination, of those with whom something has been wrong. */
  private readonly lanes: (Lane | undefined)[] = [];
  /** Destinations to which messages have gone raw: their numbers have gaps since. */
  private readonly unnumbered = new Set<number>();
  private readonly holding: Holding;
  /** Of nodes that are known; grows as they join. */
  private ranks: number;
  private arriving: Promise<void> | undefined;
  /** What ends each await of an arrival, and when all are ended because a late message is due. */
  private readonly awaiting = new Set<() => void>();
  private alarm: { atMs: number; timer: NodeJS.Timeout } | undefined;
  readonly signals: MemorySignals | undefined;

  constructor(
    private readonly inner: Endpoint,
    private readonly node: FaultyNode,
  ) {
    [this.rank, this.size] = [inner.rank, inner.size];
    this.ranks = inner.size;
    this.holding = new Holding(inner.size);
    const { signals } = inner;
    this.signals = signals && {
      tell: (rank, bytes) => signals.tell(rank, bytes),
      found: (bytes) => signals.found(bytes),
      waitFor: (ready, wait) => {
        if (!this.active) return signals.waitFor(ready, wait);
        const wakeUp = this.wakeUp();
        if (!wakeUp.isDue()) signals.waitFor(ready, wait, wakeUp);
      },
    };
  }

  get sharing(): MemorySharing | undefined {
    return this.inner.sharing;
  }

  get isDisturbed(): boolean {
    return this.active || this.node.version() > this.faults.version;
  }

  get library(): LibraryCollectives | undefined {
    return this.inner.library;
  }

  set place(place: PlaceParts | undefined) {
    this.inner.place =
      place && ((envelope, bytes) => (isStamped(envelope) ? undefined : place(envelope, bytes)));
  }

  /** These faults last from now on, and no others. */
  change(faults: MessageFaults): void {
    if (faults.version <= this.faults.version) return;
    this.faults = faults;
    this.active = true;
    for (let peer = 0; peer < this.ranks; peer += 1) this.apply(peer);
  }

  /** A node has joined: the faults that last hold for it too. */
  join(rank: number): void {
    this.ranks = Math.max(this.ranks, rank + 1);
    if (this.active) this.apply(rank);
  }

  private apply(peer: number): void {
    const { faults, rank } = this;
    const edge = edgeOf(faults.faults, rank, peer);
    const lane = this.lanes[peer] ?? (edge && new Lane(faults.seed, rank, peer));
    if (lane) lane.edge = edge;
    this.lanes[peer] = lane;
    const incoming = edgeOf(faults.faults, peer, rank);
    this.holding.cut(peer, incoming?.cut === true);
  }

  send(envelope: Envelope, payload: Payload, wait: Wait): void {
    if (this.node.version() > this.faults.version) this.node.takeIn();
    const lane = this.active ? this.lanes[envelope.destination] : undefined;
    if (lane === undefined) this.inner.send(envelope, payload, wait);
    else this.sendOn(lane, { envelope, payload }, wait);
  }

  poll(waits?: boolean): Message | undefined {
    if (this.node.version() > this.faults.version) this.node.takeIn();
    if (!this.active) {
      const message = this.inner.poll(waits);
      if (message === undefined || !isStamped(message.envelope)) return message;
      this.active = true;
      this.hold(message);
    }
    for (let taken = 0; taken < takenAtOnce; taken += 1) {
      const message = this.inner.poll();
      if (message === undefined) break;
      this.hold(message);
    }
    const held = this.holding.take(this.node.nowMs());
    this.setAlarm();
    if (held?.unnumbered) this.observer?.number(held.message.envelope);
    return held?.message;
  }

  wait(wait: Wait): void {
    if (!this.active) return this.inner.wait(wait);
    const wakeUp = this.wakeUp();
    if (!wakeUp.isDue()) this.inner.wait(wait, wakeUp);
  }

  /** What ends a wait that begins now: word of other faults, or a message that was late. */
  private wakeUp(): WakeUp {
    this.tellCutOff();
    const atMs = this.holding.nextMs;
    const { version } = this.faults;
    // What it is told of may be taken in while it waits.
    const isDue = () =>
      this.node.nowMs() >= atMs || this.faults.version > version || this.node.version() > version;
    return { atMs, isDue };
  }

  async arrival(): Promise<void> {
    if (!this.active) return this.inner.arrival();
    this.tellCutOff();
    if (this.holding.nextMs <= this.node.nowMs()) return;
    this.arriving ??= this.inner.arrival().finally(() => (this.arriving = undefined));
    let wake = (): void => undefined;
    const due = new Promise<void>((resolve) => (wake = resolve));
    this.awaiting.add(wake);
    this.setAlarm();
    await Promise.race([this.arriving, due]);
    this.awaiting.delete(wake);
  }

  /**
   * Whoever awaits an arrival goes on when the next message that was late is due. A call of the program that blocks may take
   * such a message in while another part of the program awaits one.
   */
  private setAlarm(): void {
    const atMs = this.holding.nextMs;
    if (this.awaiting.size === 0 || atMs >= (this.alarm?.atMs ?? Infinity)) return;
    clearTimeout(this.alarm?.timer);
    const ring = () => {
      this.alarm = undefined;
      for (const wake of this.awaiting) wake();
    };
    this.alarm = { atMs, timer: setTimeout(ring, Math.max(0, atMs - this.node.nowMs())) };
  }

  private tellCutOff(): void {
    for (let source = 0; source < this.ranks; source += 1) {
      this.observer?.cutOff(source, this.holding.cutOff(source));
    }
  }

  private sendOn(lane: Lane, message: Message, wait: Wait): void {
    const { envelope, payload } = message;
    const { edge } = lane;
    const isDatagram = edge?.raw === true && isPointToPoint(envelope);
    if (isDatagram) this.unnumbered.add(envelope.destination);
    const sentAtMs = this.node.nowMs();
    const delays = edge ? lane.fate(edge, payloadBytes(payload), isDatagram, sentAtMs) : [0];
    if (delays.length === 0) return this.observer?.lost(envelope);
    const unnumbered = this.unnumbered.has(envelope.destination) && isPointToPoint(envelope);
    // Twice comes only what nobody answers.
    const copies = envelope.mode === messageModes.eager ? delays : delays.slice(0, 1);
    for (const [copy, delayMs] of copies.entries()) {
      const { machine } = this.node;
      const told = { sentAtMs, delayMs, machine, loose: isDatagram, unnumbered };
      const sent = stamp(message, told);
      if (copy > 0) this.observer?.doubled(envelope);
      this.inner.send(sent.envelope, sent.payload, wait);
    }
  }

  private hold(message: Message): void {
    if (!isStamped(message.envelope)) {
      this.holding.hold({ message, dueMs: -Infinity, unnumbered: false }, false);
      return;
    }
    const { message: plain, told } = unstamp(message);
    const beganMs = told.machine === this.node.machine ? told.sentAtMs : this.node.nowMs();
    const held = { message: plain, dueMs: beganMs + told.delayMs, unnumbered: told.unnumbered };
    this.holding.hold(held, told.loose);
  }
}

function isPointToPoint({ communicator, mode }: Envelope): boolean {
  return !isCollectives(communicator) && matched.includes(mode);
}
