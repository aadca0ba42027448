/** The owner's side of an inbox: the memory into which the other nodes of the machine write, and reading it. */
import { ftruncateSync } from 'node:fs';
import { maximumRanks } from '../../protocol/configuration';
import type { Message } from '../../protocol/envelope';
import type { PlaceParts } from '../endpoint';
import { MemoryBell } from './memoryBell';
import type { Mapping, NativeMemory } from './nativeMemory';
import {
  headerBytes,
  headerCells,
  inboxBytes,
  type RingLayout,
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

/** A ring that is read. */
interface OpenRing {
  source: number;
  reader: RingReader;
  /** Where it is not mapped with the inbox. */
  mapping?: Mapping;
}

export class Inbox {
  private readonly header: Int32Array;
  private readonly active: RingReader[] = [];
  /** By source. */
  private readonly open = new Map<number, OpenRing>();
  /** Nodes that are gone. */
  private readonly lost = new Set<number>();
  /** Rings of nodes that are gone in which there was something left. */
  private readonly leftBehind = new Set<OpenRing>();
  private openedCount = 0;
  /** The ring looked at first: each gets its turn. */
  private turn = 0;
  private placeParts: PlaceParts | undefined;

  private readonly memory: SharedBytes;
  private readonly layout: RingLayout;

  /**
   * Maps the inbox behind a descriptor of this process; the rings of nodes that join later are mapped when they open them.
   * `size` is that of the job when it began. `onRoom` is called with a rank whose node waits for room in its ring, once there
   * is some.
   */
  constructor(
    private readonly native: NativeMemory,
    private readonly file: number,
    private readonly rank: number,
    private readonly size: number,
    private readonly onRoom: (source: number) => void,
  ) {
    this.layout = ringLayout(size);
    this.memory = native.map(file, 0, inboxBytes(this.layout, size)).memory;
    this.header = new Int32Array(this.memory, 0, headerBytes / 4);
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
    if (this.leftBehind.size > 0) for (const ring of this.leftBehind) this.giveBack(ring);
    return undefined;
  }

  /**
   * A node is gone: once what it has sent is read, the memory of its ring is given back, and nothing is read from it any
   * more. Whatever still holds a part of it finds zeros there.
   */
  lose(source: number): void {
    this.findOpened();
    this.lost.add(source);
    const ring = this.open.get(source);
    if (ring) this.giveBack(ring);
  }

  /** Nobody reads any more: who writes need not wait for room. */
  close(): void {
    Atomics.store(this.header, headerCells.closed, 1);
    for (const source of this.open.keys()) this.tellRoom(source);
  }

  private findOpened(): void {
    this.openedCount = Atomics.load(this.header, headerCells.openedCount);
    const { layout, open, lost, native, file } = this;
    for (let source = 0; source < maximumRanks; source += 1) {
      if (open.has(source) || lost.has(source)) continue;
      if (Atomics.load(this.header, headerCells.opened + source) === 0) continue;
      const onRoom = () => this.tellRoom(source);
      const offset = ringOffset(layout, source);
      const mapping = source < this.size ? undefined : native.map(file, offset, layout.ringBytes);
      const [memory, start] = mapping ? [mapping.memory, 0] : [this.memory, offset];
      const reader = new RingReader(memory, start, layout, source, this.rank, onRoom);
      reader.place = this.placeParts;
      this.active.push(reader);
      open.set(source, { source, reader, mapping });
    }
  }

  /** Of a node that is gone; where there is something left in it, later. */
  private giveBack(ring: OpenRing): void {
    const { source, reader, mapping } = ring;
    this.leftBehind.add(ring);
    if (reader.ready) return;
    this.leftBehind.delete(ring);
    this.open.delete(source);
    this.active.splice(this.active.indexOf(reader), 1);
    this.turn = 0;
    if (mapping) this.native.unmap(mapping);
    this.native.discard(this.file, ringOffset(this.layout, source), this.layout.ringBytes);
  }

  private tellRoom(source: number): void {
    if (!this.lost.has(source)) this.onRoom(source);
  }
}

/** The bell of an inbox, from within its own process. */
export function ownBell(native: NativeMemory, file: number): MemoryBell {
  return new MemoryBell(native, native.map(file, 0, headerBytes), inboxPath(file));
}
