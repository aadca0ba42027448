import { ANY_TAG, type Message } from '../protocol/envelope';

/** A message that waits to be received, in the list of its source and in the list of its tag. */
export interface Unexpected {
  readonly message: Message;
  /** Counts the arrivals at this node, over all sources. */
  readonly arrival: number;
  readonly queue: TagQueue;
  previous: Unexpected | undefined;
  next: Unexpected | undefined;
  nextOfTag: Unexpected | undefined;
}

/** The messages of one tag; never empty once it has been filled. */
interface TagQueue {
  first: Unexpected | undefined;
  last: Unexpected | undefined;
}

/**
 * The messages of one source in one communicator that nobody has received yet. Adding, finding and taking one, by
 * tag or any, take constant time.
 *
 * Invariant: whichever message is taken is the first of its tag, so a tag's list loses its head only; the list of
 * all is linked both ways because it loses from the middle.
 */
export class UnexpectedMessages {
  private head: Unexpected | undefined;
  private tail: Unexpected | undefined;
  private readonly tags = new Map<number, TagQueue>();

  add(message: Message, arrival: number): void {
    const { tag } = message.envelope;
    let queue = this.tags.get(tag);
    if (queue === undefined) this.tags.set(tag, (queue = { first: undefined, last: undefined }));
    const entry: Unexpected = {
      message,
      arrival,
      queue,
      previous: this.tail,
      next: undefined,
      nextOfTag: undefined,
    };
    if (this.tail) this.tail.next = entry;
    else this.head = entry;
    this.tail = entry;
    if (queue.last) queue.last.nextOfTag = entry;
    else queue.first = entry;
    queue.last = entry;
  }

  /** The first message of a tag, or of any. */
  first(tag: number): Unexpected | undefined {
    if (this.head === undefined || tag === ANY_TAG) return this.head;
    return this.tags.get(tag)?.first;
  }

  /** All of them, in the order of their sending. */
  *all(): Generator<Message> {
    for (let entry = this.head; entry; entry = entry.next) yield entry.message;
  }

  /** Removes and returns the first message of a tag, or of any. */
  take(tag: number): Message | undefined {
    const entry = this.first(tag);
    if (entry === undefined) return undefined;
    if (entry.previous) entry.previous.next = entry.next;
    else this.head = entry.next;
    if (entry.next) entry.next.previous = entry.previous;
    else this.tail = entry.previous;

    // A tag's last message takes its queue along: a program that counts up its tags leaves nothing behind.
    if (entry.nextOfTag) entry.queue.first = entry.nextOfTag;
    else this.tags.delete(entry.message.envelope.tag);
    // A message that has grown old must not hold on to younger ones: they would all be kept until the next full collection.
    entry.previous = entry.next = entry.nextOfTag = undefined;
    return entry.message;
  }
}
