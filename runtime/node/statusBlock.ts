/**
 * What the main thread tells the agent thread without a message: shared memory that one writes and the other reads.
 * The writer pays a store; the reader looks when it has to know.
 */
import { type Bell, ThreadBell } from '../core/bell';
import { monotonicMs } from '../core/clock';
import type { Wait } from '../protocol/node';

const cellCount = 16;
const counterCount = 10;
const textBytes = 8192;
const taskNameBytes = 128;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const mainStates = { starting: 0, held: 1, running: 2, blocked: 3, done: 4 } as const;
export type MainState = (typeof mainStates)[keyof typeof mainStates];

const cells = {
  /** The bell's count, where no other process has to ring it. */
  bell: 0,
  /** 1 while the agent sleeps and has to be woken for bytes in the outgoing ring. */
  agentSleeps: 1,
  /** 1 while the agent has bytes that did not fit into the incoming ring. */
  agentWaitsForSpace: 2,
  state: 3,
  /** Counts the waits. */
  waitId: 4,
  /** The wait that the text describes. */
  describedWaitId: 5,
  textLength: 6,
  /** Number of the last ping that the main thread's event loop has answered. */
  pong: 7,
  /** 1 once all that the program printed and reported has left the agent. */
  flushed: 8,
  /** 1 while the main thread waits in the middle of a message that it sends. */
  inMessage: 9,
  /** Id of the task that it runs, modulo 2^32; 0 is none. */
  taskId: 10,
  taskNameLength: 11,
  /** Version of the faults that the agent was told of last. */
  faults: 12,
} as const;

const counters = {
  messagesOut: 0,
  bytesOut: 1,
  messagesIn: 2,
  bytesIn: 3,
  blockedMs: 4,
  blockedSinceMs: 5,
  heapUsed: 6,
  pongAtMs: 7,
  /** Since when the cluster's clock stands, 0 if it does not; and for how long it stood before. */
  stoodSinceMs: 8,
  stoodMs: 9,
} as const;

export class StatusBlock {
  readonly cells: Int32Array;
  private readonly counters: Float64Array;
  private readonly text: Uint8Array;
  private readonly taskName: Uint8Array;
  private lastTaskName = '';
  private lastClockMs = 0;

  /** The main thread sleeps on this one; whoever has something for it rings. */
  readonly bell: Bell;

  /** `bell` is the one that other processes can ring too, where there is one. */
  constructor(
    readonly memory: SharedArrayBuffer,
    bell: Bell | undefined,
  ) {
    this.cells = new Int32Array(memory, 0, cellCount);
    this.bell = bell ?? new ThreadBell(this.cells, cells.bell);
    this.counters = new Float64Array(memory, cellCount * 4, counterCount);
    this.text = new Uint8Array(memory, cellCount * 4 + counterCount * 8, textBytes);
    this.taskName = new Uint8Array(memory, cellCount * 4 + counterCount * 8 + textBytes);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(cellCount * 4 + counterCount * 8 + textBytes + taskNameBytes);
  }

  /** The bell of a node's two threads in such memory. */
  static threadBell(memory: SharedArrayBuffer): Bell {
    return new ThreadBell(new Int32Array(memory, 0, cellCount), cells.bell);
  }

  get(name: keyof typeof cells): number {
    return Atomics.load(this.cells, cells[name]);
  }

  set(name: keyof typeof cells, value: number): void {
    Atomics.store(this.cells, cells[name], value);
  }

  /** The place of a cell in `cells`, for whoever asks often. */
  indexOf(name: keyof typeof cells): number {
    return cells[name];
  }

  counter(name: keyof typeof counters): number {
    return this.counters[counters[name]] as number;
  }

  setCounter(name: keyof typeof counters, value: number): void {
    this.counters[counters[name]] = value;
  }

  add(name: keyof typeof counters, amount: number): void {
    this.counters[counters[name]] = this.counter(name) + amount;
  }

  /** Main thread: a message of so many bytes has left. */
  countSent(bytes: number): void {
    const { counters: cells } = this;
    cells[counters.messagesOut] = (cells[counters.messagesOut] as number) + 1;
    cells[counters.bytesOut] = (cells[counters.bytesOut] as number) + bytes;
  }

  /** Main thread: a message of so many bytes has come. */
  countReceived(bytes: number): void {
    const { counters: cells } = this;
    cells[counters.messagesIn] = (cells[counters.messagesIn] as number) + 1;
    cells[counters.bytesIn] = (cells[counters.bytesIn] as number) + bytes;
  }

  /** Main thread: it runs this task; 0 is none. Costs a store where the function is the same as before. */
  doing(id: number, name: string): void {
    if (id !== 0 && name !== this.lastTaskName) {
      this.set('taskNameLength', encoder.encodeInto(name, this.taskName).written);
      this.lastTaskName = name;
    }
    this.set('taskId', id);
  }

  /** Agent: the task that the main thread runs: `square #12`. */
  get task(): string | undefined {
    const id = this.get('taskId');
    if (id === 0) return undefined;
    return `${decoder.decode(this.taskName.slice(0, this.get('taskNameLength')))} #${id}`;
  }

  /** Agent: the cluster's clock stands from now on, or no longer. */
  setClock(stands: boolean): void {
    const since = this.counter('stoodSinceMs');
    if (stands === since > 0) return;
    if (!stands) this.add('stoodMs', monotonicMs() - since);
    this.setCounter('stoodSinceMs', stands ? monotonicMs() : 0);
  }

  /** Main thread: milliseconds of the cluster's clock; it stands while a node does, and never goes back. */
  clockMs(): number {
    const since = this.counter('stoodSinceMs');
    const nowMs = (since > 0 ? since : monotonicMs()) - this.counter('stoodMs');
    this.lastClockMs = Math.max(this.lastClockMs, nowMs);
    return this.lastClockMs;
  }

  /** Main thread: a new wait begins. */
  beginWait(): void {
    Atomics.add(this.cells, cells.waitId, 1);
    this.set('state', mainStates.blocked);
  }

  /** Main thread: says what it waits for; a text that is too long is left out. */
  describe(wait: Wait): void {
    const bytes = encoder.encode(JSON.stringify(wait));
    if (bytes.length > this.text.length) return;
    this.text.set(bytes);
    this.set('textLength', bytes.length);
    this.set('describedWaitId', this.get('waitId'));
  }

  /** Agent: the present wait, if the main thread is blocked and has described it. */
  described(): Wait | undefined {
    const waitId = this.get('waitId');
    if (this.get('state') !== mainStates.blocked || this.get('describedWaitId') !== waitId) return undefined;
    const json = decoder.decode(this.text.slice(0, this.get('textLength')));
    // A wait that ended while it was read may have left half of another text.
    if (this.get('waitId') !== waitId || this.get('describedWaitId') !== waitId) return undefined;
    return JSON.parse(json) as Wait;
  }
}
