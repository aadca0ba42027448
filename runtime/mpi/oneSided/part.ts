import { type LockTable } from './lockTable';
import { combineInto, type Element, newArray, typeOf } from './elements';
import type { NumberArray } from '../layout';
import type { Operation } from '../operations';

/** One node's part of a window, in memory of this process: what one-sided calls come down to. */
export class Part<A extends NumberArray> {
  /** `isGone` tells of a rank of the window whether its node has died. */
  constructor(
    readonly memory: A,
    readonly lock: LockTable,
    private readonly isGone: (rank: number) => boolean,
  ) {}

  put(offset: number, data: A): void {
    this.memory.set(data as never, offset);
  }

  get(offset: number, length: number): A {
    return this.memory.slice(offset, offset + length) as A;
  }

  /** Combines elements, each atomically; answers what they were. `rank` is that of the node for which it is done. */
  fetch(rank: number, offset: number, data: A, operation: Operation): A {
    return this.lock.guarded(rank, this.isGone, () => {
      const before = this.get(offset, data.length);
      combineInto(this.memory, offset, data, operation);
      return before;
    });
  }

  /** As `fetch`, without an answer. */
  accumulate(rank: number, offset: number, data: A, operation: Operation): void {
    this.lock.guarded(rank, this.isGone, () => combineInto(this.memory, offset, data, operation));
  }

  /** Replaces an element by `data[0]` if it is `compare[0]`; answers what it was. */
  swap(rank: number, offset: number, data: A, compare: A): A {
    return this.lock.guarded(rank, this.isGone, () => {
      const before = this.get(offset, 1);
      // Bit by bit, as memory is compared: NaN is itself.
      if (Object.is(before[0], compare[0])) this.put(offset, data);
      return before;
    });
  }
}

/** An array of one element, which is cut to the type. */
export function single<A extends NumberArray>(like: A, value: Element<A>): A {
  const array = newArray(typeOf(like), 1);
  array[0] = value;
  return array;
}
