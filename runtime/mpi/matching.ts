/**
 * Message matching (MPI standard 4.0, section 3.5): which receive takes which message. Pure: no clock, no transport.
 *
 * A receive names a communicator, a source or any, and a tag or any. Messages of one source in one communicator are
 * taken in the order in which they were sent; between sources the earliest arrival goes first; a message
 * that arrives goes to the receive posted first of those that match.
 *
 * Cost: a message and a receive of a given source and tag find each other in constant time, however many
 * others wait; ANY_TAG too; ANY_SOURCE looks at one message of each source. Posted receives are searched in order.
 */
import { ANY_SOURCE, ANY_TAG, type Message } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import { UnexpectedMessages } from './unexpectedMessages';

/** A receive that waits for its message. */
export interface PostedReceive {
  communicator: number;
  source: number;
  tag: number;
  /** Set once a message has matched. */
  message: Message | undefined;
}

/** What a communicator's context has at this node: messages nobody has asked for, receives nobody has answered. */
interface Context {
  readonly communicator: number;
  /** By source; filled as sources turn up. */
  unexpected: (UnexpectedMessages | undefined)[];
  posted: PostedReceive[];
  /** By source: the sequence number due next. */
  due: number[];
}

export class Matching {
  private readonly contexts = new Map<number, Context>();
  /** The context asked for last: mostly it is asked for again. */
  private latest: Context | undefined;
  private arrivals = 0;

  /** `size` is the number of nodes: sources are 0 to size - 1. */
  constructor(private readonly size: number) {}

  /**
   * Takes in a message: it goes to the first posted receive that matches, which is returned, or waits.
   * Throws `malformed` if it is not the one due from its source.
   */
  arrive(message: Message): PostedReceive | undefined {
    const { communicator, source, tag } = message.envelope;
    const context = this.contextOf(communicator);
    this.checkSequence(context, message);
    const { posted } = context;
    for (let i = 0; i < posted.length; i++) {
      const receive = posted[i] as PostedReceive;
      const { source: from, tag: about } = receive;
      if ((from === source || from === ANY_SOURCE) && (about === tag || about === ANY_TAG)) {
        removeAt(posted, i);
        receive.message = message;
        return receive;
      }
    }
    const queue = (context.unexpected[source] ??= new UnexpectedMessages());
    queue.add(message, this.arrivals++);
    return undefined;
  }

  /** The number of the message that is due next from a source. */
  due(communicator: number, source: number): number {
    return this.contextOf(communicator).due[source] ?? 0;
  }

  /** Takes the message that a receive of this source and tag gets now, if it has arrived. */
  take(communicator: number, source: number, tag: number): Message | undefined {
    return this.queueFor(communicator, source, tag)?.take(tag);
  }

  /** The message that `take` would take. */
  peek(communicator: number, source: number, tag: number): Message | undefined {
    return this.queueFor(communicator, source, tag)?.first(tag)?.message;
  }

  /** Lets a receive wait for its message, after `take` has found none. */
  post(receive: PostedReceive): void {
    this.contextOf(receive.communicator).posted.push(receive);
  }

  /** Takes back a posted receive; does nothing if it has its message. */
  cancel(receive: PostedReceive): void {
    const { posted } = this.contextOf(receive.communicator);
    const at = posted.indexOf(receive);
    if (at >= 0) removeAt(posted, at);
  }

  /** All receives that wait for their message. */
  *postedReceives(): Generator<PostedReceive> {
    for (const { posted } of this.contexts.values()) yield* posted;
  }

  /** All messages that nobody has asked for, by context and source, in the order of their sending. */
  *unexpectedMessages(): Generator<Message> {
    for (const { unexpected } of this.contexts.values()) {
      for (const queue of unexpected) if (queue) yield* queue.all();
    }
  }

  /** The queue that holds the message which a receive of this source and tag would get. */
  private queueFor(communicator: number, source: number, tag: number): UnexpectedMessages | undefined {
    const { unexpected } = this.contextOf(communicator);
    if (source !== ANY_SOURCE) return unexpected[source];
    let earliest: UnexpectedMessages | undefined;
    let arrival = Infinity;
    for (const queue of unexpected) {
      const first = queue?.first(tag);
      if (first !== undefined && first.arrival < arrival) {
        arrival = first.arrival;
        earliest = queue;
      }
    }
    return earliest;
  }

  private contextOf(communicator: number): Context {
    if (this.latest?.communicator === communicator) return this.latest;
    let context = this.contexts.get(communicator);
    if (context === undefined) {
      context = { communicator, unexpected: [], posted: [], due: new Array<number>(this.size).fill(0) };
      this.contexts.set(communicator, context);
    }
    this.latest = context;
    return context;
  }

  private checkSequence(context: Context, { envelope }: Message): void {
    const { communicator, source, sequence } = envelope;
    const due = context.due[source];
    if (due === undefined) {
      throw new LockstepError('malformed', {
        problem: `a message comes from node ${source} of ${this.size}`,
      });
    }
    if (sequence !== due) {
      const problem = `message ${sequence} of node ${source} in communicator ${communicator} came where message ${due} was due`;
      throw new LockstepError('malformed', { problem });
    }
    context.due[source] = due + 1;
  }
}

/** Mostly there is but one, and `splice` would make an array of it. */
function removeAt(posted: PostedReceive[], at: number): void {
  if (at === posted.length - 1) posted.pop();
  else posted.splice(at, 1);
}
