import { timingSafeEqual } from 'node:crypto';
import { MemoryBell } from './memoryBell';
import type { Mapping, NativeMemory } from './nativeMemory';
import { headerBytes, headerCells, ringLayout, ringOffset, tokenBytes, tokenOffset } from './ringLayout';
import { RingWriter } from './ringWriter';

/** The sender's side of another node's inbox: its bell, and this node's ring in it once there is something to send. */
export class Outbox {
  private readonly header: Int32Array;
  private readonly bell: MemoryBell;
  private readonly mappings: Mapping[] = [];
  private ring: RingWriter | undefined;
  /** Its node is gone. */
  private isLost = false;

  /** Throws an Error if the memory at `path` cannot be opened or is not that of a node of this job. */
  constructor(
    private readonly native: NativeMemory,
    private readonly path: string,
    private readonly rank: number,
    private readonly size: number,
    token: Uint8Array,
  ) {
    const [header] = native.mapParts(path, [{ offset: 0, bytes: headerBytes, reserve: false }]) as [Mapping];
    const { memory } = header;
    this.mappings.push(header);
    if (!timingSafeEqual(new Uint8Array(memory, tokenOffset, tokenBytes), token)) {
      this.unmap();
      throw new Error(`${path} is not the memory of a node of this job`);
    }
    this.header = new Int32Array(memory, 0, headerBytes / 4);
    this.bell = new MemoryBell(native, header, path);
  }

  /** This node's ring; opened when it is asked for first. Throws an Error if there is no memory for it. */
  get writer(): RingWriter {
    return (this.ring ??= this.open());
  }

  /** Its program has ended: what is sent to it is not read. */
  get closed(): boolean {
    return this.isLost || Atomics.load(this.header, headerCells.closed) === 1;
  }

  /** True while the other node sleeps and has to be woken. */
  get isAwaited(): boolean {
    return this.bell.isAwaited;
  }

  /** Wakes the other node if it sleeps. */
  wake(): void {
    this.bell.ringIfAsleep();
  }

  /**
   * Its node is gone: nothing is written there any more, and the memory is given back. What else holds a part of it finds
   * zeros there (see `NativeMemory.unmap`), so a send that waits for room may come back to it.
   */
  lose(): void {
    if (this.isLost) return;
    this.isLost = true;
    this.bell.close();
    this.unmap();
  }

  private unmap(): void {
    for (const mapping of this.mappings.splice(0)) this.native.unmap(mapping);
  }

  private open(): RingWriter {
    const layout = ringLayout(this.size);
    const part = { offset: ringOffset(layout, this.rank), bytes: layout.ringBytes, reserve: true };
    const [mapping] = this.native.mapParts(this.path, [part]) as [Mapping];
    this.mappings.push(mapping);
    Atomics.store(this.header, headerCells.opened + this.rank, 1);
    Atomics.add(this.header, headerCells.openedCount, 1);
    return new RingWriter(mapping.memory, 0, layout);
  }
}
