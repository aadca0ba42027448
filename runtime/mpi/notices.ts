import { type Envelope, type Message, type Payload, messageModes, payloadBytes } from '../protocol/envelope';
import type { Wait } from '../protocol/node';
import type { ContextGroups } from './contextGroups';

/** Takes a message in; `from` is its sender's rank in the communicator, `wait` the call that this node is in. */
export type NoticeHandler = (message: Message, from: number, wait: Wait) => void;

/** What a message gets from the node that sends it. */
export type MessageName = Pick<Envelope, 'source' | 'messageId' | 'clock'>;

/**
 * Messages that are not received but handled, whenever this node takes in what has arrived: what windows say to each
 * other, and what is said of failures. Those from one node are handled in the order of their sending.
 */
export class Notices {
  private readonly handlers = new Map<number, NoticeHandler>();

  /** `nameNext` names the next message of this node, `deliver` lets it go. */
  constructor(
    private readonly groups: ContextGroups,
    private readonly nameNext: () => MessageName,
    private readonly deliver: (envelope: Envelope, payload: Payload, wait: Wait) => void,
  ) {}

  /** From now on the notices of a context are handled so. */
  on(context: number, handler: NoticeHandler): void {
    this.handlers.set(context, handler);
  }

  /** Notices of a context are dropped from now on. */
  off(context: number): void {
    this.handlers.delete(context);
  }

  /** Sends one; blocks only while the way to the other node is full. */
  send(context: number, destinationRank: number, tag: number, payload: Payload, wait: Wait): void {
    const envelope: Envelope = {
      ...this.nameNext(),
      mode: messageModes.notice,
      communicator: context,
      destination: this.groups.worldRank(context, destinationRank),
      tag,
      sequence: 0,
      bytes: payloadBytes(payload),
      signature: 0,
    };
    this.deliver(envelope, payload, wait);
  }

  /** Hands a message that has arrived to its handler. */
  handle(message: Message, wait: Wait): void {
    const { envelope } = message;
    this.handlers.get(envelope.communicator)?.(message, this.groups.sourceOf(envelope), wait);
  }
}
