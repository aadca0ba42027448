import { Heap } from './heap';

/** So many places at the front may be empty before they are given back. */
const mostEmpty = 1024;

/**
 * A queue by an order: what comes in that order already is kept in a run, the rest in a heap. `push` and `pop` cost O(1)
 * for items that come in order, O(log n) comparisons for others.
 */
export class OrderedQueue<T> {
  private run: (T | undefined)[] = [];
  private first = 0;
  private readonly rest: Heap<T>;

  /** `before` is true where the first argument has to come out before the second. */
  constructor(private readonly before: (a: T, b: T) => boolean) {
    this.rest = new Heap(before);
  }

  peek(): T | undefined {
    const next = this.run[this.first];
    const other = this.rest.peek();
    if (next === undefined || other === undefined) return next ?? other;
    return this.before(other, next) ? other : next;
  }

  push(item: T): void {
    const last = this.run[this.run.length - 1];
    if (this.first === this.run.length || last === undefined || !this.before(item, last)) this.run.push(item);
    else this.rest.push(item);
  }

  pop(): T | undefined {
    const item = this.peek();
    if (item === undefined || item !== this.run[this.first]) return this.rest.pop();
    this.run[this.first] = undefined;
    this.first += 1;
    if (this.first === this.run.length) {
      this.run = [];
      this.first = 0;
    } else if (this.first > mostEmpty && this.first > this.run.length / 2) {
      this.run = this.run.slice(this.first);
      this.first = 0;
    }
    return item;
  }

  /** All items, in no order. */
  *[Symbol.iterator](): Iterator<T> {
    for (let index = this.first; index < this.run.length; index += 1) yield this.run[index] as T;
    yield* this.rest;
  }
}
