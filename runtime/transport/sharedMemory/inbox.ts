/** The owner's side of an inbox: the memory into which the other nodes of the machine write, and reading it. */
import { ftruncateSync } from 'node:fs';
import { maximumRanks } from '../../protocol/configuration';
import type { Message } from '../../protocol/envelope';
import type { PlaceParts } from '../endpoint';
import { MemoryBell } from './memoryBell';
import type { NativeMemory } from './nativeMemory';
import {
  headerBytes,
  headerCells,
  inboxBytes,
  ringLayout,
  ringOffset,
  type SharedBytes,
  tokenBytes,
  tokenOffset,
} from './ringLayout';
import { RingReader } from './ringReader';

/** Makes an inbox for a job that begins with `size` nodes, and returns its descriptor. `token` tells it from any other. */
export function createInbox(native: NativeMemory, size: number, token: Uint8Array): number {
  const file = native.create();
  ftruncateSync(file, inboxBytes(ringLayout(size), maximumRanks)); // takes nothing where nobody writes
  native.reserve(file, 0, headerBytes);
  const { memory } = native.map(file, 0, headerBytes);
  new Uint8Array(memory, tokenOffset, tokenBytes).set(token);
  return file;
}

/** How another process of this user opens the memory behind a descriptor of this one. */
export function inboxPath(file: number): string {
  return `/proc/${process.pid}/fd/${file}`;
}

export class Inbox {
  private readonly header: Int32Array;
  private readonly active: RingReader[] = [];
  private readonly known = new Set<number>();
  private openedCount = 0;
  /** The ring looked at first: each gets its turn. */
  private turn = 0;
  private placeParts: PlaceParts | undefined;

  /**
   * `size` is that of the job when it began; `ringOfLater` maps the ring of a node that has joined since. `onRoom` is called
   * with a rank whose node waits for room in its ring, once there is some.
   */
  constructor(
    private readonly memory: SharedBytes,
    private readonly rank: number,
    private readonly size: number,
    private readonly onRoom: (source: number) => void,
    private readonly ringOfLater: (offset: number, bytes: number) => SharedBytes,
  ) {
    this.header = new Int32Array(memory, 0, headerBytes / 4);
  }

  /** Maps the inbox behind a descriptor of this process. */
  static map(
    native: NativeMemory,
    file: number,
    rank: number,
    size: number,
    onRoom: (source: number) => void,
  ): Inbox {
    const { memory } = native.map(file, 0, inboxBytes(ringLayout(size), size));
    return new Inbox(memory, rank, size, onRoom, (offset, bytes) => native.map(file, offset, bytes).memory);
  }

  /** Where large messages find memory that is ready for them. */
  set place(place: PlaceParts | undefined) {
    this.placeParts = place;
    for (const reader of this.active) reader.place = place;
  }

  /** True if `poll` has something to do. */
  get ready(): boolean {
    if (Atomics.load(this.header, headerCells.openedCount) !== this.openedCount) this.findOpened();
    const { active } = this;
    for (let i = 0; i < active.length; i += 1) if ((active[i] as RingReader).ready) return true;
    return false;
  }

  /** The next message that is here, from each source in turn, or undefined. */
  poll(): Message | undefined {
    if (Atomics.load(this.header, headerCells.openedCount) !== this.openedCount) this.findOpened();
    const { active } = this;
    for (let i = 0; i < active.length; i += 1) {
      this.turn = this.turn + 1 < active.length ? this.turn + 1 : 0;
      const message = (active[this.turn] as RingReader).poll();
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /** Nobody reads any more: who writes need not wait for room. */
  close(): void {
    Atomics.store(this.header, headerCells.closed, 1);
    for (const source of this.known) this.onRoom(source);
  }

  private findOpened(): void {
    this.openedCount = Atomics.load(this.header, headerCells.openedCount);
    const layout = ringLayout(this.size);
    for (let source = 0; source < maximumRanks; source += 1) {
      if (this.known.has(source) || Atomics.load(this.header, headerCells.opened + source) === 0) continue;
      this.known.add(source);
      const onRoom = () => this.onRoom(source);
      const offset = ringOffset(layout, source);
      const [memory, start] =
        source < this.size ? [this.memory, offset] : [this.ringOfLater(offset, layout.ringBytes), 0];
      const reader = new RingReader(memory, start, layout, source, this.rank, onRoom);
      reader.place = this.placeParts;
      this.active.push(reader);
    }
  }
}

/** The bell of an inbox, from within its own process. */
export function ownBell(native: NativeMemory, file: number): MemoryBell {
  return new MemoryBell(native, native.map(file, 0, headerBytes), inboxPath(file));
}
