/**
 * The lock of one node's part of a window, in cells that all who use it share: many may hold it shared, or one
 * exclusively (MPI standard 4.0, section 12.5.3). Also the guard under which accumulates change elements.
 *
 * The state is one cell, changed by compare-and-swap alone: 0 is free, n > 0 is held shared by n, -1 - r exclusively by
 * rank r. Who finds it held says so in its own cell and tries again; who lets go then finds that and tells it. As these
 * are sequentially consistent, one of the two sees the other (as in T. J. Dekker's mutual exclusion): nobody is missed.
 *
 * Cost: one atomic operation where the lock is free. Waiting costs a message from whoever lets go. It is not fair: who
 * asks first need not be first. Failure assumptions: a node that dies with the lock keeps it, and who waits hears of the death.
 */
import type { SharedBytes } from '../../transport/endpoint';

/** Places of the cells; what different nodes write often lies on different cache lines. */
const guardCell = 0;
const stateCell = 16;
const ranksCell = 32;

/** What a rank's cell says, as bits. */
const holds = 1;
const waits = 2;

/** So often the guard is looked at before sleeping: it is held for some elements' time. */
const guardLooks = 1000;
const guardSleepMs = 1;

export class LockTable {
  private readonly cells: Int32Array;

  /** The lock for ranks 0 to `size - 1`, in memory that is zero at first. */
  constructor(
    memory: SharedBytes,
    private readonly size: number,
  ) {
    this.cells = new Int32Array(memory, 0, ranksCell + size);
  }

  /** Bytes that the cells take. */
  static bytes(size: number): number {
    return 4 * (ranksCell + size);
  }

  /** Takes the lock for a rank if it is free for that. */
  tryLock(rank: number, exclusive: boolean): boolean {
    const { cells } = this;
    for (;;) {
      const state = Atomics.load(cells, stateCell);
      if (state < 0 || (exclusive && state > 0)) return false;
      const next = exclusive ? -1 - rank : state + 1;
      if (Atomics.compareExchange(cells, stateCell, state, next) !== state) continue;
      Atomics.store(cells, ranksCell + rank, holds);
      return true;
    }
  }

  /** Notes that a rank waits for the lock. To be followed by another try. */
  await(rank: number): void {
    Atomics.or(this.cells, ranksCell + rank, waits);
  }

  /** Gives the lock back; answers the ranks that wait for it, which must be told. */
  unlock(rank: number): number[] {
    const { cells } = this;
    Atomics.and(cells, ranksCell + rank, ~holds);
    const state = Atomics.load(cells, stateCell);
    if (state < 0) Atomics.store(cells, stateCell, 0);
    else Atomics.sub(cells, stateCell, 1);
    return this.ranksWith(waits).filter((each) => {
      return (Atomics.and(cells, ranksCell + each, ~waits) & waits) !== 0;
    });
  }

  /** The ranks that hold the lock. */
  holders(): number[] {
    return this.ranksWith(holds);
  }

  /**
   * Runs `change` while no other node changes elements. `isGone` tells of a rank whether its node has died: what it has
   * guarded is then taken from it.
   */
  guarded<T>(rank: number, isGone: (rank: number) => boolean, change: () => T): T {
    this.enter(rank, isGone);
    try {
      return change();
    } finally {
      Atomics.store(this.cells, guardCell, 0);
    }
  }

  private enter(rank: number, isGone: (rank: number) => boolean): void {
    for (let looks = 1; ; looks += 1) {
      const held = Atomics.compareExchange(this.cells, guardCell, 0, rank + 1);
      if (held === 0) return;
      const gone = isGone(held - 1);
      if (gone && Atomics.compareExchange(this.cells, guardCell, held, rank + 1) === held) return;
      if (looks % guardLooks === 0) Atomics.wait(nobodyWakes, 0, 0, guardSleepMs);
    }
  }

  private ranksWith(bit: number): number[] {
    const { cells, size } = this;
    const found: number[] = [];
    for (let rank = 0; rank < size; rank += 1) {
      if ((Atomics.load(cells, ranksCell + rank) & bit) !== 0) found.push(rank);
    }
    return found;
  }
}

/** To sleep on: memory of another process cannot be waited on with `Atomics.wait`. */
const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
