/**
 * The socket transport as the main thread sees it: messages go through the channel to the agent thread, which
 * owns the sockets to the other nodes.
 */
import { decodeMessage, encodeMessageHeader } from '../core/framing';
import { type Envelope, type Message, type Payload, payloadBytes } from '../protocol/envelope';
import type { Wait } from '../protocol/node';
import type { SocketWay, WakeUp } from './endpoint';

/** The way to the agent thread, as far as messages need it. */
export interface FrameChannel {
  /** Hands over a frame, in pieces; blocks while the way is full. */
  write(pieces: readonly Uint8Array[], wait: Wait): void;
  /** Takes in all that has arrived; true if there was anything. */
  pump(): boolean;
  /** Blocks until `ready`, or until the wake-up; `glance` is asked while it only looks. */
  block(wait: Wait, ready: () => boolean, glance?: () => boolean, wakeUp?: WakeUp): void;
  /** Resolves once `ready` may hold. */
  rung(ready: () => boolean): Promise<void>;
  /** `bytes` are those of a message's payload. */
  countSent(peer: number, bytes: number): void;
  countReceived(bytes: number): void;
}

export class SocketEndpoint implements SocketWay {
  private readonly inbox: Message[] = [];
  private next = 0;
  private isNudged = false;
  /** Not whether anything comes just now: while it waits, others take in too what has arrived. */
  readonly glance = (): boolean => this.ready;

  constructor(
    readonly rank: number,
    readonly size: number,
    private readonly channel: FrameChannel,
  ) {}

  send(envelope: Envelope, payload: Payload, wait: Wait): void {
    this.channel.write([encodeMessageHeader(envelope, payload), ...payload.parts], wait);
    this.channel.countSent(envelope.destination, payloadBytes(payload));
  }

  /** Ends a wait although no message has come: there is other news. */
  nudge(): void {
    this.isNudged = true;
  }

  poll(): Message | undefined {
    this.isNudged = false;
    if (this.next === this.inbox.length) {
      if (this.next > 0) {
        this.inbox.length = 0;
        this.next = 0;
      }
      if (!this.channel.pump() || this.inbox.length === 0) return undefined;
    }
    const message = this.inbox[this.next] as Message;
    // Let the message go as soon as it is taken: the inbox may live long.
    this.inbox[this.next] = undefined as unknown as Message;
    this.next += 1;
    return message;
  }

  /** True if `poll` has something, or there is other news. */
  get ready(): boolean {
    if (this.next < this.inbox.length || this.isNudged) return true;
    return this.channel.pump() && (this.next < this.inbox.length || this.isNudged);
  }

  absorb(): void {
    this.channel.pump();
  }

  wait(wait: Wait, wakeUp?: WakeUp): void {
    if (this.next === this.inbox.length) this.channel.block(wait, this.glance, this.glance, wakeUp);
  }

  async arrival(): Promise<void> {
    if (this.next === this.inbox.length) await this.channel.rung(this.glance);
  }

  /** Takes in the body of a message's frame; called by the channel as frames arrive. */
  accept(body: Uint8Array): void {
    const message = decodeMessage(body);
    this.inbox.push(message);
    this.channel.countReceived(payloadBytes(message.payload));
  }
}
