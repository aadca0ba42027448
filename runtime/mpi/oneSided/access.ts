import type { NumberArray } from '../layout';
import type { Operation } from '../operations';

/**
 * How this node reaches the part of one rank. Elements lie within the part, and the operation is one of accumulates:
 * both were checked.
 */
export interface Access<A extends NumberArray> {
  /** `fence` is the number of the fence whose epoch it is in; -1 for other epochs. */
  put(offset: number, data: A, fence: number): void;
  get(offset: number, length: number): A;
  accumulate(offset: number, data: A, operation: Operation, fence: number): void;
  fetch(offset: number, data: A, operation: Operation): A;
  swap(offset: number, data: A, compare: A): A;
  lock(exclusive: boolean): void;
  unlock(): void;
  /** Returns once all that was begun there is done. */
  flush(): void;
}
