import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bell } from '../../core/bell';
import type { PollSet } from '../dataLinks/pollSet';
import type { Mapping, NativeMemory } from './nativeMemory';
import { headerBytes, headerCells } from './ringLayout';

/**
 * Who waits for a bell, as bits of one cell: the main thread in a call, and its event loop; each on the bell alone, or on
 * sockets too.
 */
const blocked = 1;
const awaiting = 2;
const blockedOnSockets = 4;
const awaitingOnSockets = 8;
/** Upper bound of one sleep on a thread of the pool: a process that ends waits for it. */
const awaitMs = 250;
const oneByte = Buffer.alloc(1);

/**
 * A bell in an inbox: any node of the machine can ring it. A ring costs a look while nobody waits, and a system
 * call (`futex`, or a byte into a pipe for who sleeps on sockets too) else.
 */
export class MemoryBell implements Bell {
  private readonly cells: Int32Array;
  private readonly address: bigint;
  /** Opened when they are first needed, by their cells. */
  private readonly wakers = new Map<number, number>();
  private sockets: PollSet | undefined;

  /** `path` is where the inbox is found (see `inboxPath`). */
  constructor(
    private readonly native: NativeMemory,
    header: Mapping,
    private readonly path: string,
  ) {
    this.cells = new Int32Array(header.memory, 0, headerBytes / 4);
    this.address = header.address + BigInt(4 * headerCells.bell);
  }

  /** From now on who waits wakes up for these sockets too, where there are any and they are wanted. */
  watch(sockets: PollSet): void {
    const [blockedWaker, awaitingWaker] = sockets.wakers;
    Atomics.store(this.cells, headerCells.blockedWaker, blockedWaker);
    Atomics.store(this.cells, headerCells.awaitingWaker, awaitingWaker);
    this.sockets = sockets;
  }

  /** True while somebody sleeps on it, or is about to, whom nobody has rung for since. */
  get isAwaited(): boolean {
    return Atomics.load(this.cells, headerCells.asleep) !== 0;
  }

  arm(): number {
    Atomics.or(this.cells, headerCells.asleep, this.canSleepOnSockets ? blockedOnSockets : blocked);
    return Atomics.load(this.cells, headerCells.bell);
  }

  disarm(): void {
    Atomics.and(this.cells, headerCells.asleep, ~(blocked | blockedOnSockets));
  }

  sleep(seen: number, limitMs: number): boolean {
    const { sockets } = this;
    const onSockets = (Atomics.load(this.cells, headerCells.asleep) & blockedOnSockets) !== 0;
    let happened = false;
    if (sockets && onSockets) happened = sockets.wait(limitMs);
    // The first socket came after `arm`: whoever waits has not said yet that it sleeps on sockets.
    else if (this.canSleepOnSockets) happened = true;
    else this.native.wait(this.address, seen, limitMs);
    this.disarm();
    return !happened && Atomics.load(this.cells, headerCells.bell) === seen;
  }

  async rung(ready: () => boolean): Promise<void> {
    for (;;) {
      const onSockets = this.hasSockets;
      Atomics.or(this.cells, headerCells.asleep, onSockets ? awaitingOnSockets : awaiting);
      const seen = Atomics.load(this.cells, headerCells.bell);
      if (ready()) break;
      if (onSockets) await this.sockets?.waitAsync(awaitMs);
      else if (!this.hasSockets) await this.native.waitAsync(this.address, seen, awaitMs);
      if (Atomics.load(this.cells, headerCells.bell) !== seen || ready()) break;
    }
    Atomics.and(this.cells, headerCells.asleep, ~(awaiting | awaitingOnSockets));
  }

  ring(): void {
    Atomics.add(this.cells, headerCells.bell, 1);
    const sleepers = Atomics.exchange(this.cells, headerCells.asleep, 0);
    if (sleepers === 0) return;
    if (sleepers & (blocked | awaiting)) this.native.wake(this.address);
    if (sleepers & blockedOnSockets) this.wake(headerCells.blockedWaker);
    if (sleepers & awaitingOnSockets) this.wake(headerCells.awaitingWaker);
  }

  ringIfAsleep(): void {
    if (Atomics.load(this.cells, headerCells.asleep) !== 0) this.ring();
  }

  /** Closes what was opened to wake others, who are gone. */
  close(): void {
    for (const waker of this.wakers.values()) closeSync(waker);
    this.wakers.clear();
  }

  private get hasSockets(): boolean {
    return this.sockets !== undefined && !this.sockets.isEmpty;
  }

  private get canSleepOnSockets(): boolean {
    return this.hasSockets && this.sockets?.wanted === true;
  }

  private wake(cell: number): void {
    try {
      let waker = this.wakers.get(cell);
      if (waker === undefined) {
        const path = join(dirname(this.path), String(Atomics.load(this.cells, cell)));
        waker = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
        this.wakers.set(cell, waker);
      }
      writeSync(waker, oneByte);
    } catch {
      // its process is gone, or has been rung for so often that the pipe is full
    }
  }
}
