import { readSync, writeSync } from 'node:fs';
import { pausePlace } from '../../core/pausePlace';
import type { NativeSockets } from './nativeSockets';

const input = 1; // POLLIN
const output = 4; // POLLOUT
const hangUp = 0x2000; // POLLRDHUP
const over = 8 | 16 | 32 | hangUp; // POLLERR | POLLHUP | POLLNVAL, which nobody has to ask for
const drainBytes = Buffer.alloc(64);
const oneByte = Buffer.alloc(1);

/** A descriptor in a {@link PollSet}. */
export interface Polled {
  readonly file: number;
  /** Sleeping ends when something has come. */
  input: boolean;
  /** Sleeping ends when there is room. */
  output: boolean;
  /** Something may have come since this was last set false. */
  hasInput: boolean;
  /** Sleeping ends when the other side sends nothing more. */
  readonly hangUp: boolean;
  /** The other side is gone; told of those that wait for no input. */
  isOver: boolean;
}

/**
 * The sockets that a main thread sleeps on beside its bell, which reaches it by a pipe then. There are two pipes: one
 * for the thread that blocks, one for the thread of the pool that waits for the event loop.
 *
 * Cost: one system call for all of them, however many.
 */
export class PollSet {
  private readonly entries: Polled[] = [];
  private cells = new Int32Array(2);
  private readonly pipes: readonly [blocked: readonly [number, number], awaiting: readonly [number, number]];
  private isAwaited = false;
  /** Set by who is about to sleep, if it takes in what comes; else it would be woken again and again. */
  wanted = false;
  /** Some entry is over that was not when this was last set false. */
  someAreOver = false;

  constructor(private readonly native: NativeSockets) {
    this.pipes = [native.pipe(), native.pipe()];
  }

  /** Descriptors to write a byte to, so that who blocks or awaits wakes up. */
  get wakers(): readonly [blocked: number, awaiting: number] {
    return [this.pipes[0][1], this.pipes[1][1]];
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** To be called when something was taken from a socket: a thread of the pool that sleeps on it would not see it. */
  noteTaken(): void {
    if (this.isAwaited) writeSync(this.pipes[1][1], oneByte);
  }

  add(file: number, waitsForInput: boolean, watchesHangUp = false): Polled {
    const entry: Polled = {
      file,
      input: waitsForInput,
      output: false,
      hasInput: waitsForInput,
      hangUp: watchesHangUp,
      isOver: false,
    };
    this.entries.push(entry);
    this.cells = new Int32Array(2 * (this.entries.length + 1));
    return entry;
  }

  remove(entry: Polled): void {
    this.entries.splice(this.entries.indexOf(entry), 1);
  }

  /** Sleeps until something happens to one of them or somebody rings, at most so long; true if something did. */
  wait(limitMs: number): boolean {
    const { cells } = this;
    const count = this.fill(cells, 0);
    this.native.poll(cells, count, limitMs);
    pausePlace();
    return this.take(cells, 0);
  }

  /** As `wait`, on a thread of the pool. */
  async waitAsync(limitMs: number): Promise<void> {
    const cells = new Int32Array(2 * (this.entries.length + 1));
    this.fill(cells, 1);
    this.isAwaited = true;
    await this.native.pollAsync(cells, limitMs);
    this.isAwaited = false;
    if ((cells[1] as number) >>> 16) drain(this.pipes[1][0]);
    for (const entry of this.entries) entry.hasInput = entry.input;
    this.wait(0); // tells of those that are over
  }

  private fill(cells: Int32Array, pipe: 0 | 1): number {
    const { entries } = this;
    cells[0] = this.pipes[pipe][0];
    cells[1] = input;
    for (let i = 0; i < entries.length; i += 1) {
      const entry = entries[i] as Polled;
      cells[2 * i + 2] = entry.file;
      cells[2 * i + 3] =
        (entry.input ? input : 0) | (entry.output ? output : 0) | (entry.hangUp ? hangUp : 0);
    }
    return entries.length + 1;
  }

  private take(cells: Int32Array, pipe: 0 | 1): boolean {
    const { entries } = this;
    if ((cells[1] as number) >>> 16) drain(this.pipes[pipe][0]);
    let any = false;
    for (let i = 0; i < entries.length; i += 1) {
      const events = (cells[2 * i + 3] as number) >>> 16;
      if (events === 0) continue;
      any = true;
      const entry = entries[i] as Polled;
      if (entry.input) entry.hasInput = true;
      else if (events & over) this.someAreOver = entry.isOver = true;
    }
    return any;
  }
}

/** Takes what rings have left in a pipe; one more ring than needed does no harm. */
function drain(pipe: number): void {
  readSync(pipe, drainBytes);
}
