/**
 * The socket transport where the main thread itself can read and write sockets (see nativeSockets.ts). The agents open a
 * link and prove themselves, then hand its socket to the main threads; no agent takes part in a message. A link goes one
 * way and is opened by the sender with its first message, as between agents: the bytes on it are the same, so that one
 * side may be without the native calls.
 *
 * Cost: a message costs a system call to send and one to receive; many small ones are received with one. A thread that
 * waits looks for a while, then sleeps on all its sockets and its bell at once (see pollSet.ts).
 * Failure assumptions: a socket may end at any byte; half a message is none.
 */
import { closeSync } from 'node:fs';
import { type Envelope, type Message, type Payload, payloadBytes } from '../../protocol/envelope';
import type { Wait } from '../../protocol/node';
import type { Blocking } from '../blocking';
import type { PlaceParts, SocketWay, WakeUp } from '../endpoint';
import { type Asked, discard, IncomingLinks } from './incomingLinks';
import { MessageWriter } from './messageWriter';
import type { NativeSockets } from './nativeSockets';
import type { SealedSocket } from '../sealed/sealedSocket';
import type { Polled, PollSet } from './pollSet';
import { endDirect, SealedOutgoing } from './sealedLinks';

/** What the agent thread does for its main thread's data links. */
export interface LinkOpener {
  /** Takes in what the agent has to say; true if there was anything. */
  pump(): boolean;
  /** Asks for a link to a node; answered by {@link DataLinkEndpoint.opened} or `lose`. */
  open(rank: number): void;
  /** The link to a node has ended: what was sent to it may be lost. */
  tellLost(rank: number): void;
  /** This thread waits in the middle of a message, or no longer. */
  inMessage(waits: boolean): void;
}

interface Outgoing {
  /** Undefined until it is open. */
  polled: Polled | undefined;
  writer: MessageWriter | undefined;
  /** Set where messages go past the relays. */
  sealed?: SealedOutgoing;
  lost: boolean;
}

/** One in so many glances is at all links, not only at the likely one. */
const glancesAtLikely = 8;

export class DataLinkEndpoint implements SocketWay {
  /** What was taken in while a send had to wait, or by a look. */
  private readonly arrived: Message[] = [];
  private readonly outgoing: (Outgoing | undefined)[] = [];
  private readonly incoming: IncomingLinks;
  /** Links that have lost their direct connection and have more to send again than there was room for. */
  private resending: SealedOutgoing[] = [];
  private glances = 0;
  private isNudged = false;
  private isClosed = false;
  private readonly isReady = (): boolean => this.ready;
  /** What sleeping has told of: whoever is about to sleep need not ask the system first, which ends the sleep at once. */
  private readonly hasCome = (): boolean => this.look('none');
  readonly glance = (): boolean => this.look(++this.glances % glancesAtLikely === 0 ? 'all' : 'likely');
  place: PlaceParts | undefined;
  elsewhere = (): void => undefined;

  constructor(
    readonly rank: number,
    readonly size: number,
    private readonly native: NativeSockets,
    private readonly polls: PollSet,
    private readonly agent: LinkOpener,
    private readonly blocking: Blocking,
  ) {
    this.incoming = new IncomingLinks(rank, native, polls);
  }

  send(envelope: Envelope, payload: Payload, wait: Wait): void {
    const { destination } = envelope;
    const link = this.outgoing[destination] ?? this.open(destination);
    if (link.writer === undefined && !link.lost) {
      this.blockUntil(wait, () => link.writer !== undefined || link.lost);
    }
    const { writer } = link;
    if (link.lost || writer === undefined) return;
    const bytes = payloadBytes(payload);
    writer.begin(envelope, payload, bytes);
    this.blocking.countSent(destination, bytes);
    this.blocking.pausing();
    writer.advance();
    if (!writer.done) this.finish(link, writer, wait);
  }

  poll(waits = false): Message | undefined {
    this.isNudged = false;
    if (this.arrived.length > 0) return this.arrived.shift();
    this.agent.pump();
    return this.take(waits ? 'likely' : 'all');
  }

  get ready(): boolean {
    return this.look('all');
  }

  absorb(): void {
    this.agent.pump();
    for (let message = this.take('all'); message !== undefined; message = this.take('all')) {
      this.arrived.push(message);
    }
  }

  wait(wait: Wait, wakeUp?: WakeUp): void {
    if (this.arrived.length === 0) this.blocking.block(wait, this.hasCome, this.glance, wakeUp);
  }

  async arrival(): Promise<void> {
    if (this.arrived.length === 0) await this.blocking.rung(this.isReady);
  }

  /** The agent has opened the link to a node, for which this asked. */
  opened(rank: number, file: number, direct?: SealedSocket): void {
    const link = this.outgoing[rank];
    if (link === undefined || link.lost) {
      if (direct) endDirect(this.native, direct.file);
      return closeSync(file);
    }
    link.polled = this.polls.add(file, false);
    const sealed = direct && new SealedOutgoing(this.native, this.polls, link.polled, direct);
    link.sealed = sealed;
    link.writer = new MessageWriter(
      sealed
        ? (bytes, count) => sealed.send(bytes, count)
        : (bytes, count) => this.native.send(file, bytes, count),
    );
  }

  /** Another node has opened a link; `first` has come on it already. */
  accepted(source: number, file: number, first: Buffer, direct?: SealedSocket): void {
    if (this.isClosed) {
      if (direct) endDirect(this.native, direct.file);
      return discard(file);
    }
    this.incoming.add(source, file, first, direct, (envelope, lengths) => this.place?.(envelope, lengths));
  }

  /** Ends a wait although no message has come: there is other news. */
  nudge(): void {
    this.isNudged = true;
  }

  /** A node cannot be reached (any more): nobody waits for it. */
  lose(rank: number): void {
    this.isNudged = true;
    const link = (this.outgoing[rank] ??= { polled: undefined, writer: undefined, lost: true });
    link.lost = true;
    link.writer?.abandon();
    link.sealed?.close();
    if (link.polled) this.close(link.polled);
    link.polled = undefined;
  }

  /** Nobody reads any more: what comes is let go, so that no other node waits. */
  stopReading(): void {
    this.isClosed = true;
    this.incoming.discard();
  }

  /** For a thread whose program has ended: what its direct connections lose is still sent again. */
  keepUp(): void {
    if (!this.outgoing.some((link) => link?.sealed)) return;
    this.polls.wait(0);
    this.lookAtOutgoing();
  }

  private open(rank: number): Outgoing {
    const link: Outgoing = { polled: undefined, writer: undefined, lost: false };
    this.outgoing[rank] = link;
    this.agent.open(rank);
    return link;
  }

  /** Sends the rest of a message, which needs room. */
  private finish(link: Outgoing, writer: MessageWriter, wait: Wait): void {
    this.agent.inMessage(true);
    const { sealed, polled } = link;
    if (polled && !sealed) polled.output = true;
    while (!writer.done && !writer.isEnded) {
      this.blockUntil(wait, () => writer.advance() || writer.done || writer.isEnded);
    }
    if (polled && !sealed) polled.output = false;
    this.agent.inMessage(false);
    if (writer.isEnded && !link.lost) this.end(this.outgoing.indexOf(link));
  }

  /** Blocks until `act` succeeds, and takes in what arrives meanwhile, so that two that send to each other both go on. */
  private blockUntil(wait: Wait, act: () => boolean): void {
    this.blocking.block(wait, () => {
      this.absorb();
      this.elsewhere();
      return act();
    });
  }

  private look(asked: Asked): boolean {
    if (this.arrived.length > 0 || this.isNudged) return true;
    this.agent.pump();
    const message = this.take(asked);
    if (message !== undefined) this.arrived.push(message);
    return message !== undefined || this.isNudged;
  }

  private take(asked: Asked): Message | undefined {
    this.lookAtOutgoing();
    const message = this.incoming.take(asked);
    if (message === undefined) return undefined;
    this.polls.noteTaken();
    this.blocking.countReceived(payloadBytes(message.payload));
    return message;
  }

  /** Gives up the links whose other side is gone, and sends again what a direct connection may have lost. */
  private lookAtOutgoing(): void {
    if (this.resending.length > 0) this.resending = this.resending.filter((sealed) => sealed.look());
    if (!this.polls.someAreOver) return;
    this.polls.someAreOver = false;
    for (const rank of this.outgoing.keys()) {
      const link = this.outgoing[rank];
      if (link?.polled?.isOver) this.end(rank);
      else if (link?.sealed?.hasNews && link.sealed.look()) this.resending.push(link.sealed);
    }
  }

  private end(rank: number): void {
    this.lose(rank);
    this.agent.tellLost(rank);
  }

  private close(polled: Polled): void {
    this.polls.remove(polled);
    closeSync(polled.file);
  }
}
