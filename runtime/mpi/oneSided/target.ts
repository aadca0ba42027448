import type { Wait } from '../../protocol/node';
import type { NumberArray } from '../layout';
import { operationOf } from './elements';
import type { Part } from './part';
import { malformed, type WindowLink, type WindowNotice, windowNotices } from './windowLink';

/**
 * The target's side of a window whose parts are reached by messages: does what they ask for, whenever this node takes
 * in what has arrived. Who cannot have the lock at once stands in a queue, and is told who holds it.
 */
export class Target<A extends NumberArray> {
  private readonly queue: { from: number; exclusive: boolean }[] = [];
  /** By a fence's number modulo 2: so many changes of its epoch have been made. */
  readonly changes: [number, number] = [0, 0];

  constructor(
    private readonly link: WindowLink<A>,
    private readonly part: Part<A>,
  ) {}

  /** True if it was for this side. */
  handle(notice: WindowNotice<A>, wait: Wait): boolean {
    const { kind, from, numbers, data } = notice;
    const [id = 0, offset = 0, third = 0] = numbers;
    const [values, compare] = data;
    const { link, part } = this;
    const answer = (...result: A[]): void => link.send(windowNotices.answer, from, [id], result, wait);
    switch (kind) {
      case windowNotices.put:
        part.put(this.place(notice, offset, values?.length), values as A);
        return this.changed(id);
      case windowNotices.accumulate:
        this.place(notice, offset, values?.length);
        part.accumulate(from, offset, values as A, this.operation(notice));
        return this.changed(id);
      case windowNotices.get:
        answer(part.get(this.place(notice, offset, third), third));
        return true;
      case windowNotices.fetch:
        this.place(notice, offset, values?.length);
        answer(part.fetch(from, offset, values as A, this.operation(notice)));
        return true;
      case windowNotices.swap:
        if (compare?.length !== 1) throw malformed(from, link.window);
        answer(part.swap(from, this.place(notice, offset, values?.length), values as A, compare));
        return true;
      case windowNotices.flush:
        answer();
        return true;
      case windowNotices.lock:
        this.queue.push({ from, exclusive: id === 1 });
        this.grant(wait);
        return true;
      case windowNotices.unlock:
        this.part.lock.unlock(from);
        answer();
        this.grant(wait);
        return true;
      default:
        return false;
    }
  }

  /** Gives the lock to those at the head of the queue who can have it; tells the others who holds it now. */
  private grant(wait: Wait): void {
    const { queue, link } = this;
    const { lock } = this.part;
    for (let next = queue[0]; next && lock.tryLock(next.from, next.exclusive); next = queue[0]) {
      queue.shift();
      link.send(windowNotices.locked, next.from, [], [], wait);
    }
    const holders = lock.holders();
    // Whoever comes behind waits for those before it too.
    for (const [place, { from }] of queue.entries()) {
      const ahead = queue.slice(0, place).map((each) => each.from);
      link.send(windowNotices.held, from, [...holders, ...ahead], [], wait);
    }
  }

  private changed(fence: number): boolean {
    if (fence >= 0) this.changes[fence % 2 === 0 ? 0 : 1] += 1;
    return true;
  }

  private operation(notice: WindowNotice<A>) {
    const operation = operationOf(notice.numbers[2] ?? -1);
    if (!operation) throw malformed(notice.from, this.link.window);
    return operation;
  }

  /** The offset, if the elements from there on are of this part. */
  private place({ from }: WindowNotice<A>, offset: number, length = -1): number {
    if (offset >= 0 && length >= 0 && offset + length <= this.part.memory.length) return offset;
    throw malformed(from, this.link.window);
  }
}
