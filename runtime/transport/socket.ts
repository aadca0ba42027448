/**
 * The socket transport as the main thread sees it: messages go through the channel to the agent thread, which
 * owns the sockets to the other nodes.
 */
import { decodeMessage, encodeMessageHeader } from '../core/framing';
import { type Envelope, type Message, type Payload, payloadBytes } from '../protocol/envelope';
import type { Wait } from '../protocol/node';
import type { Channel } from '../node/channel';
import type { Endpoint } from './endpoint';

export class SocketEndpoint implements Endpoint {
  private readonly inbox: Message[] = [];
  private next = 0;

  constructor(
    readonly rank: number,
    readonly size: number,
    private readonly channel: Channel,
  ) {}

  send(envelope: Envelope, payload: Payload, wait: Wait): void {
    const header = encodeMessageHeader(envelope, payload);
    if (envelope.destination === this.rank) {
      this.inbox.push({
        envelope,
        payload: { kind: payload.kind, parts: payload.parts.map((p) => p.slice()) },
      });
      return;
    }
    this.channel.write([header, ...payload.parts], wait);
    this.channel.status.add('messagesOut', 1);
    this.channel.status.add('bytesOut', payloadBytes(payload));
  }

  poll(): Message | undefined {
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

  wait(wait: Wait): void {
    if (this.next === this.inbox.length) this.channel.wait(wait);
  }

  /** Takes in the body of a message's frame; called by the channel as frames arrive. */
  accept(body: Uint8Array): void {
    const message = decodeMessage(body);
    this.inbox.push(message);
    this.channel.status.add('messagesIn', 1);
    this.channel.status.add('bytesIn', payloadBytes(message.payload));
  }
}
