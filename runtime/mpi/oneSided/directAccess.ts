import type { NumberArray } from '../layout';
import type { Operation } from '../operations';
import type { Access } from './access';
import type { Origin } from './origin';
import type { Part } from './part';
import { type WindowLink, windowNotices } from './windowLink';

/**
 * Reaches a part in memory that both nodes have mapped: the node that it belongs to has no share in it, and may compute
 * meanwhile. Cost: a copy; for accumulates also one atomic operation to enter and a store to leave; no message, but those
 * by which a lock that somebody waits for is handed on.
 */
export class DirectAccess<A extends NumberArray> implements Access<A> {
  constructor(
    private readonly link: WindowLink<A>,
    private readonly origin: Origin<A>,
    private readonly part: Part<A>,
    private readonly target: number,
  ) {}

  put(offset: number, data: A): void {
    this.part.put(offset, data);
  }

  get(offset: number, length: number): A {
    return this.part.get(offset, length);
  }

  accumulate(offset: number, data: A, operation: Operation): void {
    this.part.accumulate(this.link.rank, offset, data, operation);
  }

  fetch(offset: number, data: A, operation: Operation): A {
    return this.part.fetch(this.link.rank, offset, data, operation);
  }

  swap(offset: number, data: A, compare: A): A {
    return this.part.swap(this.link.rank, offset, data, compare);
  }

  lock(exclusive: boolean): void {
    const { link, target } = this;
    const { lock } = this.part;
    const wait = link.waitIn('lock', target, () => lock.holders());
    while (!lock.tryLock(link.rank, exclusive)) {
      const { released } = this.origin;
      lock.await(link.rank);
      // It may have become free before the other side could see that somebody waits.
      if (lock.tryLock(link.rank, exclusive)) return;
      link.block(() => this.origin.released !== released, wait);
    }
  }

  unlock(): void {
    const { link, target } = this;
    const waiting = this.part.lock.unlock(link.rank);
    const wait = link.waitIn('unlock', target);
    for (const rank of waiting) link.send(windowNotices.released, rank, [target], [], wait);
  }

  flush(): void {
    // What was begun is done.
  }
}
