import type { Envelope, Payload } from '../../protocol/envelope';
import { maximumPayloadBytes } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';
import {
  inlineBytes,
  inlineOffset,
  ringCells,
  type RingLayout,
  type SharedBytes,
  slotBytes,
  slotCells,
  slotNumbers,
  slotsOffset,
} from './ringLayout';

/** So much of a large payload is written before the reader is told: it reads while the rest is written. */
const chunkBytes = 1 << 16;
const maximumParts = 0xffff;

/**
 * The sender's end of a ring (see ringLayout.ts): one process writes, another reads, no locks. Nothing blocks here.
 *
 * Invariant: a message can be seen only once its slot is whole, since the slot's first cell is written last. A
 * writer that dies in the middle leaves a slot that nobody sees, or bulk that nobody gets as a message.
 */
export class RingWriter {
  private readonly cells: Int32Array;
  private readonly numbers: Float64Array;
  private readonly bytes: Uint8Array;
  private slotTail = 0;
  private slotHead = 0;
  private bulkTail = 0;
  private bulkHead = 0;
  /** What is left of the message begun: its pieces, from this one on, from this byte on. */
  private pieces: readonly Uint8Array[] = [];
  private piece = 0;
  private offset = 0;

  constructor(
    memory: SharedBytes,
    ringOffset: number,
    private readonly layout: RingLayout,
  ) {
    this.cells = new Int32Array(memory, ringOffset, layout.bulkOffset / 4);
    this.numbers = new Float64Array(memory, ringOffset, layout.bulkOffset / 8);
    this.bytes = new Uint8Array(memory, ringOffset, layout.bulkOffset + layout.bulkBytes);
  }

  /**
   * Commits a message, whose payload has `contentBytes`, or returns false while there is no slot free. What is left of it
   * goes with `advance`.
   */
  begin(envelope: Envelope, payload: Payload, contentBytes: number): boolean {
    const { cells, layout } = this;
    const index = this.slotTail;
    if (((index - this.slotHead) | 0) >= layout.slots) {
      this.slotHead = Atomics.load(cells, ringCells.slotHead);
      if (((index - this.slotHead) | 0) >= layout.slots) return false;
    }
    const { parts, kind } = payload;
    if (contentBytes > maximumPayloadBytes || parts.length > maximumParts) {
      throw new LockstepError('frameTooLarge', { bytes: contentBytes, limit: maximumPayloadBytes });
    }
    const bytes = parts.length > 1 ? contentBytes + 4 * parts.length : contentBytes;
    const slot = slotsOffset + (index & (layout.slots - 1)) * slotBytes;
    const cell = slot >> 2;
    const number = slot >> 3;
    cells[cell + slotCells.kind] = kind | (parts.length << 8);
    cells[cell + slotCells.communicator] = envelope.communicator;
    cells[cell + slotCells.tag] = envelope.tag;
    cells[cell + slotCells.mode] = envelope.mode;
    cells[cell + slotCells.bytes] = envelope.bytes;
    cells[cell + slotCells.payloadBytes] = bytes;
    cells[cell + slotCells.signature] = envelope.signature;
    this.numbers[number + slotNumbers.sequence] = envelope.sequence;
    this.numbers[number + slotNumbers.messageId] = envelope.messageId;
    this.numbers[number + slotNumbers.clock] = envelope.clock;
    if (bytes <= inlineBytes) this.writeInline(slot + inlineOffset, parts);
    else this.beginBulk(parts);
    this.slotTail = (index + 1) | 0;
    cells[ringCells.slotTail] = this.slotTail;
    Atomics.store(cells, cell + slotCells.commit, this.slotTail);
    return true;
  }

  /** True once all of the last message is written. */
  get done(): boolean {
    return this.piece === this.pieces.length;
  }

  /** Writes as much of the last message as there is room for; true if that was anything. */
  advance(): boolean {
    let any = false;
    while (!this.done && this.writeChunk()) any = true;
    return any;
  }

  /** Lets go of what is left of the last message: nobody will read it. */
  abandon(): void {
    this.pieces = [];
    this.piece = 0;
  }

  /** From now on until there is room the reader is to ring when it has made some. */
  askForRoom(): void {
    Atomics.store(this.cells, ringCells.writerWaits, 1);
    this.slotHead = Atomics.load(this.cells, ringCells.slotHead);
    this.bulkHead = Atomics.load(this.cells, ringCells.bulkHead);
  }

  private writeInline(start: number, parts: readonly Uint8Array[]): void {
    let at = start;
    if (parts.length > 1) {
      for (const part of parts) {
        this.cells[at >> 2] = part.byteLength;
        at += 4;
      }
    }
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as Uint8Array;
      const end = at + part.length;
      for (let from = 0; at < end; at += 1, from += 1) this.bytes[at] = part[from] as number;
    }
  }

  private beginBulk(parts: readonly Uint8Array[]): void {
    if (parts.length > 1) {
      const lengths = Uint32Array.from(parts, (part) => part.byteLength);
      this.pieces = [new Uint8Array(lengths.buffer), ...parts];
    } else this.pieces = parts;
    this.piece = 0;
    this.offset = 0;
    this.skipEmpty();
    this.writeChunk();
  }

  /** Writes up to a chunk and tells the reader; false if there is no room. */
  private writeChunk(): boolean {
    const { layout } = this;
    let room = layout.bulkBytes - ((this.bulkTail - this.bulkHead) >>> 0);
    if (room < chunkBytes) {
      this.bulkHead = Atomics.load(this.cells, ringCells.bulkHead);
      room = layout.bulkBytes - ((this.bulkTail - this.bulkHead) >>> 0);
    }
    let left = Math.min(room, chunkBytes);
    if (left <= 0) return false;
    while (left > 0 && !this.done) {
      const piece = this.pieces[this.piece] as Uint8Array;
      const start = this.bulkTail & (layout.bulkBytes - 1);
      const count = Math.min(left, piece.byteLength - this.offset, layout.bulkBytes - start);
      const whole = count === piece.byteLength;
      this.bytes.set(
        whole ? piece : piece.subarray(this.offset, this.offset + count),
        layout.bulkOffset + start,
      );
      this.bulkTail = (this.bulkTail + count) | 0;
      this.offset += count;
      left -= count;
      this.skipEmpty();
    }
    Atomics.store(this.cells, ringCells.bulkTail, this.bulkTail);
    return true;
  }

  private skipEmpty(): void {
    for (;;) {
      const piece = this.pieces[this.piece];
      if (piece === undefined) {
        this.abandon(); // all is written: the payload's memory is let go
        return;
      }
      if (this.offset < piece.byteLength) return;
      this.piece += 1;
      this.offset = 0;
    }
  }
}
