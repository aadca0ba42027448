import type { NumberArray } from '../layout';
import type { Operation } from '../operations';
import type { Access } from './access';
import { numberOfOperation } from './elements';
import type { Origin } from './origin';
import { type Numbers, type WindowLink, windowNotices } from './windowLink';

/**
 * Reaches a part by messages, which its node handles whenever it is in a communication call. Cost: a message for `put`
 * and `accumulate`; a message and its answer for all that returns something, and for `lock`, `unlock` and `flush`.
 */
export class MessageAccess<A extends NumberArray> implements Access<A> {
  constructor(
    private readonly link: WindowLink<A>,
    private readonly origin: Origin<A>,
    private readonly target: number,
  ) {}

  put(offset: number, data: A, fence: number): void {
    this.change('put', windowNotices.put, [fence, offset], data);
  }

  get(offset: number, length: number): A {
    return this.ask('get', windowNotices.get, [offset, length], []);
  }

  accumulate(offset: number, data: A, operation: Operation, fence: number): void {
    this.change('accumulate', windowNotices.accumulate, [fence, offset, this.number(operation)], data);
  }

  fetch(offset: number, data: A, operation: Operation): A {
    return this.ask('getAccumulate', windowNotices.fetch, [offset, this.number(operation)], [data]);
  }

  swap(offset: number, data: A, compare: A): A {
    return this.ask('compareAndSwap', windowNotices.swap, [offset], [data, compare]);
  }

  lock(exclusive: boolean): void {
    const { link, origin, target } = this;
    origin.holders[target] = [target];
    const wait = link.waitIn('lock', target, () => origin.holders[target] ?? []);
    link.send(windowNotices.lock, target, [exclusive ? 1 : 0], [], wait);
    link.block(() => origin.locked.has(target), wait);
  }

  unlock(): void {
    this.origin.locked.delete(this.target);
    this.ask('unlock', windowNotices.unlock, [], []);
  }

  flush(): void {
    this.ask('flush', windowNotices.flush, [], []);
  }

  private change(call: string, kind: number, numbers: Numbers, data: A): void {
    const { link, target } = this;
    link.send(kind, target, numbers, [data], link.waitIn(call, target));
  }

  /** Sends, and blocks until the answer has come. */
  private ask(call: string, kind: number, numbers: Numbers, data: readonly A[]): A {
    const { link, target } = this;
    const wait = link.waitIn(call, target);
    const id = this.origin.nextQuestion();
    link.send(kind, target, [id, ...numbers], data, wait);
    return this.origin.answerTo(id, wait) as A;
  }

  private number(operation: Operation): number {
    return numberOfOperation('accumulate', operation, '');
  }
}
