import { type Envelope, type Message, type Payload, messageModes, payloadBytes } from '../protocol/envelope';
import type { Wait } from '../protocol/node';
import type { ContextGroups } from './contextGroups';
import type { MessageCounts } from './engineOptions';

/** The call of a node that gets a communicator. */
const beginning: Wait = { operation: 'create', communicator: 'world' };

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
  /** By context: what has come before this node had the communicator. */
  private readonly early = new Map<number, Message[]>();
  /** Contexts whose notices are of no use any more. */
  private readonly closed = new Set<number>();

  /** By rank of world: how many have left for there, and have been handled of there. */
  private readonly sent: number[] = [];
  private readonly taken: number[] = [];

  /** `nameNext` names the next message of this node, `deliver` lets it go. */
  constructor(
    private readonly groups: ContextGroups,
    private readonly nameNext: () => MessageName,
    private readonly deliver: (envelope: Envelope, payload: Payload, wait: Wait) => void,
  ) {}

  /** From now on the notices of a context are handled so, and first those that have come before. */
  on(context: number, handler: NoticeHandler): void {
    this.handlers.set(context, handler);
    const early = this.early.get(context) ?? [];
    this.early.delete(context);
    for (const message of early) handler(message, this.groups.sourceOf(message.envelope), beginning);
  }

  /** Notices of a context are dropped from now on. */
  off(context: number): void {
    this.handlers.delete(context);
    this.closed.add(context);
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
    const { destination } = envelope;
    this.sent[destination] = (this.sent[destination] ?? 0) + 1;
    this.deliver(envelope, payload, wait);
  }

  /** Counts of messages to and from the first `size` nodes, without the notices: what receives are missing of. */
  without({ sent, taken }: MessageCounts, size: number): { sent: number[]; taken: number[] } {
    const subtract = (counts: Uint32Array, notices: readonly number[]): number[] =>
      Array.from(counts.subarray(0, size), (count, rank) => (count - (notices[rank] ?? 0)) >>> 0);
    return { sent: subtract(sent, this.sent), taken: subtract(taken, this.taken) };
  }

  /** Hands a message that has arrived to its handler. */
  handle(message: Message, wait: Wait): void {
    const { envelope } = message;
    const { communicator, source } = envelope;
    this.taken[source] = (this.taken[source] ?? 0) + 1;
    const handler = this.handlers.get(communicator);
    if (handler) handler(message, this.groups.sourceOf(envelope), wait);
    else if (!this.closed.has(communicator)) {
      this.early.set(communicator, [...(this.early.get(communicator) ?? []), message]);
    }
  }
}
