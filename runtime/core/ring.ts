/**
 * A byte stream between two threads over shared memory: one writer, one reader, no locks.
 * Neither side blocks here; whoever has to wait does so on a bell of its own (see node/channel).
 *
 * Invariant: `head` is written by the reader alone, `tail` by the writer alone; both count bytes modulo 2^32,
 * and `tail - head` is the number of bytes ready to be read.
 */
const headerBytes = 64;
const headCell = 0;
const tailCell = 1;

export class Ring {
  private readonly cells: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly mask: number;

  /** `memory` as made by {@link Ring.allocate}; both threads wrap the same one. */
  constructor(readonly memory: SharedArrayBuffer) {
    this.cells = new Int32Array(memory, 0, headerBytes / 4);
    this.bytes = new Uint8Array(memory, headerBytes);
    this.mask = this.bytes.length - 1;
  }

  /** `capacityBytes` is a power of two. */
  static allocate(capacityBytes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(headerBytes + capacityBytes);
  }

  /** Bytes that can be read now. */
  get readable(): number {
    return (Atomics.load(this.cells, tailCell) - Atomics.load(this.cells, headCell)) >>> 0;
  }

  /** Bytes that can be written now. */
  get writable(): number {
    return this.bytes.length - this.readable;
  }

  /** Copies as much of `source` from `offset` on as fits; returns the number of bytes copied. */
  write(source: Uint8Array, offset = 0): number {
    const tail = Atomics.load(this.cells, tailCell);
    const count = Math.min(source.length - offset, this.writable);
    if (count === 0) return 0;
    const start = tail & this.mask;
    const first = Math.min(count, this.bytes.length - start);
    this.bytes.set(source.subarray(offset, offset + first), start);
    if (first < count) this.bytes.set(source.subarray(offset + first, offset + count), 0);
    Atomics.store(this.cells, tailCell, (tail + count) | 0);
    return count;
  }

  /** Fills `target` from `offset` on with what is there; returns the number of bytes copied. */
  read(target: Uint8Array, offset = 0): number {
    const head = Atomics.load(this.cells, headCell);
    const count = Math.min(target.length - offset, this.readable);
    if (count === 0) return 0;
    const start = head & this.mask;
    const first = Math.min(count, this.bytes.length - start);
    target.set(this.bytes.subarray(start, start + first), offset);
    if (first < count) target.set(this.bytes.subarray(0, count - first), offset + first);
    Atomics.store(this.cells, headCell, (head + count) | 0);
    return count;
  }
}
