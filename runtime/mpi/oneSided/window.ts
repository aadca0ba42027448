import { Layout, type NumberArray } from '../layout';
import { type Operation, SUM } from '../operations';
import { type Element, numberOfOperation } from './elements';
import type { LockKind } from './epochs';
import { single } from './part';
import { WindowBase } from './windowBase';
import { windowNotices } from './windowLink';

/**
 * A window on memory of all nodes of a communicator, for one-sided communication (MPI standard 4.0, chapter 12): a node
 * reads and changes elements of another one, which makes no call for it. Made by `createWindow` and `allocateWindow`.
 *
 * Accesses belong to an epoch: between two `fence`s of all nodes; between `lock` and `unlock`; or between `start` and
 * `complete`, where the target calls `post` and `wait`. A `put` is there for others once its epoch is over, or after
 * `flush`; what `get` and the others return is there when they return, which is more than the standard promises.
 *
 * When is it done? With shared memory (`isShared`) at once, whatever the target does. Else when the target is in any
 * communication call: a target that only computes keeps the others waiting, and `sync` is a call that does nothing else.
 *
 * Element by element, `accumulate`, `getAccumulate`, `fetchAndOp` and `compareAndSwap` never disturb each other; `put` and
 * `get` give no such promise where nodes meet at one element in the same epoch, nor do a node's own reads and writes of
 * its part.
 */
export class Window<A extends NumberArray = NumberArray> extends WindowBase<A> {
  /**
   * Writes elements into another node's part.
   *
   * @param data a typed array of the window's type, or what `vector` or `indexed` picks of one
   * @param target rank whose part it is, also this node's own
   * @param offset first element there
   * @throws LockstepError `badEpoch` outside an epoch; `badWindow` if the elements do not lie in the part, or are of
   *   another type; `rankOutOfRange`
   * @example
   * window.put(row, 2, 100);
   */
  put(data: A | Layout<A>, target: number, offset = 0): void {
    const values = this.elementsOf('put', data);
    const fence = this.begin('put', target, offset, values.length);
    this.access(target).put(offset, values, fence);
  }

  /**
   * Reads elements of another node's part into a buffer, which has them when the call returns.
   *
   * @param buffer a typed array of the window's type, or what `vector` or `indexed` picks of one
   * @param target rank whose part it is
   * @param offset first element there
   * @returns the buffer
   * @throws LockstepError as `put`
   * @example
   * const row = window.get(new Float64Array(100), 2, 100);
   */
  get<B extends A | Layout<A>>(buffer: B, target: number, offset = 0): B {
    this.checkType('get', buffer);
    this.begin('get', target, offset, buffer.length, false);
    const values = this.access(target).get(offset, buffer.length);
    if (buffer instanceof Layout) buffer.unpack(values);
    else (buffer as A).set(values as never);
    return buffer;
  }

  /**
   * Combines elements of another node's part with these, each atomically. With REPLACE it is a `put` that others may
   * meet at the same element.
   *
   * @param data a typed array of the window's type, or what `vector` or `indexed` picks of one
   * @param target rank whose part it is
   * @param offset first element there
   * @param operation SUM, PROD, MIN, MAX, a logical or bitwise one, REPLACE
   * @throws LockstepError as `put`; `badWindow` for an operation that the target does not know
   * @example
   * histogram.accumulate(counts, 0);
   */
  accumulate(data: A | Layout<A>, target: number, offset = 0, operation: Operation = SUM): void {
    const values = this.elementsOf('accumulate', data);
    numberOfOperation('accumulate', operation, this.elementType);
    const fence = this.begin('accumulate', target, offset, values.length);
    this.access(target).accumulate(offset, values, operation, fence);
  }

  /**
   * As `accumulate`, and returns what the elements were before. With NO_OP it only reads, atomically.
   *
   * @throws LockstepError as `accumulate`
   */
  getAccumulate(data: A | Layout<A>, target: number, offset = 0, operation: Operation = SUM): A {
    return this.fetch('getAccumulate', this.elementsOf('getAccumulate', data), target, offset, operation);
  }

  /**
   * Combines one element of another node's part with a value, atomically; returns what it was before.
   *
   * @param value a number, or a bigint for a window of bigints
   * @param target rank whose part it is
   * @param offset which element
   * @param operation as for `accumulate`; NO_OP only reads
   * @throws LockstepError as `accumulate`
   * @example
   * const next = window.fetchAndOp(1, 0);      // each node gets another number
   */
  fetchAndOp(value: Element<A>, target: number, offset = 0, operation: Operation = SUM): Element<A> {
    const [before] = this.fetch('fetchAndOp', single(this.memory, value), target, offset, operation);
    return before as Element<A>;
  }

  /**
   * Sets one element of another node's part to a value if it is as expected, atomically; returns what it was.
   *
   * @param value what it is to become
   * @param compare what it has to be
   * @param target rank whose part it is
   * @param offset which element
   * @throws LockstepError as `put`
   * @example
   * const won = window.compareAndSwap(world.rank, -1, 0) === -1;
   */
  compareAndSwap(value: Element<A>, compare: Element<A>, target: number, offset = 0): Element<A> {
    this.begin('compareAndSwap', target, offset, 1, false);
    const { memory } = this;
    const [before] = this.access(target).swap(offset, single(memory, value), single(memory, compare));
    return before as Element<A>;
  }

  /**
   * Ends an epoch at all nodes, and begins the next: what was begun in the one before is done, everywhere. All nodes
   * call it.
   *
   * @throws LockstepError `badEpoch` if this node has another epoch open; `collectiveMismatch`
   */
  fence(): void {
    this.checkOpen('fence');
    this.epochs.fence();
    if (!this.isShared) this.awaitChanges();
    this.fences += 1;
    this.settle('fence');
  }

  /**
   * Locks another node's part and begins an epoch with it; waits while others hold it. The target has no call to make.
   *
   * @param target rank whose part it is
   * @param kind `exclusive` for this node alone, or `shared` with others that lock it so
   * @throws LockstepError `badEpoch` if it is locked by this node already; `rankOutOfRange`
   * @example
   * window.lock(0);
   * const [sum = 0] = window.get(new Float64Array(1), 0);
   * window.put(Float64Array.of(sum + mine), 0);
   * window.unlock(0);
   */
  lock(target: number, kind: LockKind = 'exclusive'): void {
    this.check('lock', target);
    this.epochs.lock(target, kind);
    try {
      this.access(target).lock(kind === 'exclusive');
    } catch (error) {
      this.epochs.unlock(target); // a node is gone without which it cannot be had
      throw error;
    }
  }

  /**
   * Ends the epoch that `lock` began: what was begun in it is done when it returns.
   *
   * @throws LockstepError `badEpoch` if it is not locked; `rankOutOfRange`
   */
  unlock(target: number): void {
    this.check('unlock', target);
    this.epochs.unlock(target);
    this.access(target).unlock();
  }

  /**
   * Locks the parts of all nodes, shared.
   *
   * @throws LockstepError `badEpoch` if one is locked already
   */
  lockAll(): void {
    this.checkOpen('lockAll');
    this.epochs.lockAll();
    for (const access of this.accesses) access.lock(false);
  }

  /**
   * Ends the epoch that `lockAll` began.
   *
   * @throws LockstepError `badEpoch` if there is none
   */
  unlockAll(): void {
    this.checkOpen('unlockAll');
    this.epochs.unlockAll();
    for (const access of this.accesses) access.unlock();
  }

  /**
   * Waits until all is done that was begun at a locked part, or at all that are locked.
   *
   * @param target rank whose part it is; all if not said
   * @throws LockstepError `badEpoch` if it is not locked; `rankOutOfRange`
   */
  flush(target?: number): void {
    if (target === undefined) this.checkOpen('flush');
    else this.check('flush', target);
    for (const each of this.epochs.flush(target, this.lengths.length)) this.access(each).flush();
  }

  /**
   * Opens this node's part to some nodes, until `wait`; does not block.
   *
   * @param origins ranks that call `start` with this one
   * @throws LockstepError `badEpoch` if it is open already; `rankOutOfRange`
   * @example
   * window.post([left, right]);
   * window.wait();                             // both have put their borders
   */
  post(origins: readonly number[]): void {
    for (const rank of origins) this.check('post', rank);
    this.epochs.post(origins);
    for (const rank of origins) this.tell(windowNotices.posted, rank, 'post');
  }

  /**
   * Begins an epoch with the parts of some nodes; waits until each has called `post` with this one.
   *
   * @param targets their ranks
   * @throws LockstepError `badEpoch` if such an epoch is open; `rankOutOfRange`
   */
  start(targets: readonly number[]): void {
    for (const rank of targets) this.check('start', rank);
    this.epochs.start(targets);
    this.awaitEach('start', targets, this.origin.posted);
  }

  /**
   * Ends the epoch that `start` began; its targets find all done after their `wait`.
   *
   * @throws LockstepError `badEpoch` if there is none
   */
  complete(): void {
    this.checkOpen('complete');
    for (const rank of this.epochs.complete()) this.tell(windowNotices.completed, rank, 'complete');
  }

  /**
   * Waits until all nodes that `post` named have called `complete`; closes this node's part.
   *
   * @throws LockstepError `badEpoch` if no `post` came before
   */
  wait(): void {
    this.checkOpen('wait');
    this.awaitEach('wait', this.epochs.exposedTo('wait'), this.origin.completed);
    this.epochs.withdraw();
  }

  /**
   * As `wait`, if it would not block.
   *
   * @returns whether all nodes have called `complete`, and the part is closed
   * @throws LockstepError `badEpoch` if no `post` came before
   */
  test(): boolean {
    this.sync();
    const { completed } = this.origin;
    if (!this.epochs.exposedTo('test').every((rank) => (completed[rank] as number) > 0)) return false;
    this.wait();
    return true;
  }

  /** Does what others have asked of this node's part so far, and returns. */
  sync(): void {
    this.checkOpen('sync');
    this.link.engine.progress(this.link.waitIn('sync', undefined));
  }

  /**
   * Ends the window at all nodes, which all call it; waits until all have. The memory that `allocateWindow` made is
   * gone then.
   *
   * @throws LockstepError `badEpoch` if an epoch is open; `collectiveMismatch`
   */
  free(): void {
    this.checkOpen('free');
    this.epochs.free();
    this.settle('free');
    this.close();
  }
}
