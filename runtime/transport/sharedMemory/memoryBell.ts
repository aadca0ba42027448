import type { Bell } from '../../core/bell';
import type { Mapping, NativeMemory } from './nativeMemory';
import { headerBytes, headerCells } from './ringLayout';

/** Who waits for a bell, as bits of one cell: the main thread in a call, and its event loop. */
const blocked = 1;
const awaiting = 2;
/** Upper bound of one sleep on a thread of the pool: a process that ends waits for it. */
const awaitMs = 250;

/**
 * A bell in an inbox: any node of the machine can ring it. A ring costs a look while nobody waits, and a system
 * call (`futex`) else.
 */
export class MemoryBell implements Bell {
  private readonly cells: Int32Array;
  private readonly address: bigint;

  constructor(
    private readonly native: NativeMemory,
    header: Mapping,
  ) {
    this.cells = new Int32Array(header.memory, 0, headerBytes / 4);
    this.address = header.address + BigInt(4 * headerCells.bell);
  }

  arm(): number {
    Atomics.or(this.cells, headerCells.asleep, blocked);
    return Atomics.load(this.cells, headerCells.bell);
  }

  disarm(): void {
    Atomics.and(this.cells, headerCells.asleep, ~blocked);
  }

  sleep(seen: number, limitMs: number): boolean {
    this.native.wait(this.address, seen, limitMs);
    this.disarm();
    return Atomics.load(this.cells, headerCells.bell) === seen;
  }

  async rung(ready: () => boolean): Promise<void> {
    for (;;) {
      Atomics.or(this.cells, headerCells.asleep, awaiting);
      const seen = Atomics.load(this.cells, headerCells.bell);
      if (!ready()) await this.native.waitAsync(this.address, seen, awaitMs);
      if (Atomics.load(this.cells, headerCells.bell) !== seen || ready()) break;
    }
    Atomics.and(this.cells, headerCells.asleep, ~awaiting);
  }

  ring(): void {
    Atomics.add(this.cells, headerCells.bell, 1);
    if (Atomics.exchange(this.cells, headerCells.asleep, 0) !== 0) this.native.wake(this.address);
  }

  ringIfAsleep(): void {
    if (Atomics.load(this.cells, headerCells.asleep) !== 0) this.ring();
  }
}
