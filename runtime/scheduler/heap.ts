/** A binary heap: `push` and `pop` cost O(log n) comparisons, `peek` none. The least item is first. */
export class Heap<T> {
  private readonly items: T[] = [];

  /** `before` is true where the first argument has to come out before the second. */
  constructor(private readonly before: (a: T, b: T) => boolean) {}

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items } = this;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent] as T;
      if (!this.before(item, above)) break;
      items[index] = above;
      index = parent;
    }
    items[index] = item;
  }

  pop(): T | undefined {
    const { items } = this;
    const first = items[0];
    const last = items.pop();
    if (items.length > 0) this.sink(last as T);
    return first;
  }

  /** All items, in no order. */
  [Symbol.iterator](): Iterator<T> {
    return this.items.values();
  }

  private sink(item: T): void {
    const { items } = this;
    const size = items.length;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.before(items[right] as T, items[child] as T)) child = right;
      const below = items[child] as T;
      if (!this.before(below, item)) break;
      items[index] = below;
      index = child;
    }
    items[index] = item;
  }
}
