import type { Envelope, Message, MessageMode, Payload } from '../../protocol/envelope';
import { maximumPayloadBytes } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';
import type { PlaceParts } from '../endpoint';
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

/** Beyond this, memory that is about to be overwritten is not cleared first. */
const unclearedBytes = 4096;
/** After so much has been read the writer learns that there is room. */
const chunkBytes = 1 << 16;

/**
 * The receiver's end of a ring (see ringLayout.ts). Nothing blocks here. Numbers that the writer has written are
 * checked before they are used.
 */
export class RingReader {
  private readonly cells: Int32Array;
  private readonly numbers: Float64Array;
  private readonly bytes: Uint8Array;
  private slotHead = 0;
  private bulkHead = 0;
  /** The message that is arriving in bulk, its parts yet to be filled from `part` and `offset` on. */
  private arriving: Message | undefined;
  private arrivingBytes = 0;
  /** False while the parts are but the table of their lengths. */
  private hasLengths = true;
  private part = 0;
  private offset = 0;
  /** Asked for each message in bulk. */
  place: PlaceParts | undefined;

  /** `onRoom` is called when the writer waits for room and there is some. */
  constructor(
    memory: SharedBytes,
    ringOffset: number,
    private readonly layout: RingLayout,
    private readonly source: number,
    private readonly destination: number,
    private readonly onRoom: () => void,
  ) {
    this.cells = new Int32Array(memory, ringOffset, layout.bulkOffset / 4);
    this.numbers = new Float64Array(memory, ringOffset, layout.bulkOffset / 8);
    this.bytes = new Uint8Array(memory, ringOffset, layout.bulkOffset + layout.bulkBytes);
  }

  /** True if `poll` has something to do. */
  get ready(): boolean {
    if (this.arriving) return Atomics.load(this.cells, ringCells.bulkTail) !== this.bulkHead;
    const slot = slotsOffset + (this.slotHead & (this.layout.slots - 1)) * slotBytes;
    return Atomics.load(this.cells, slot >> 2) === ((this.slotHead + 1) | 0);
  }

  /** The next message that is here as a whole, or undefined. */
  poll(): Message | undefined {
    if (this.arriving) return this.readBulk(this.arriving);
    const slot = slotsOffset + (this.slotHead & (this.layout.slots - 1)) * slotBytes;
    const cell = slot >> 2;
    const number = (this.slotHead + 1) | 0;
    if (Atomics.load(this.cells, cell) !== number) return undefined;
    const envelope = this.envelopeAt(slot);
    const kindAndParts = this.cells[cell + slotCells.kind] as number;
    const bytes = this.cells[cell + slotCells.payloadBytes] as number;
    const kind = kindAndParts & 0xff;
    const partCount = kindAndParts >>> 8;
    const inline = bytes >= 0 && bytes <= inlineBytes;
    const payload: Payload = {
      kind,
      parts: inline ? this.inlineParts(slot + inlineOffset, bytes, partCount) : [],
    };
    const message: Message = { envelope, payload };
    this.slotHead = number;
    Atomics.store(this.cells, ringCells.slotHead, number);
    this.tellWriter();
    if (inline) return message;
    this.beginBulk(message, bytes, partCount);
    return this.readBulk(message);
  }

  private envelopeAt(slot: number): Envelope {
    const { cells, numbers } = this;
    const cell = slot >> 2;
    const number = slot >> 3;
    return {
      mode: cells[cell + slotCells.mode] as MessageMode,
      communicator: cells[cell + slotCells.communicator] as number,
      source: this.source,
      destination: this.destination,
      tag: cells[cell + slotCells.tag] as number,
      sequence: numbers[number + slotNumbers.sequence] as number,
      messageId: numbers[number + slotNumbers.messageId] as number,
      clock: numbers[number + slotNumbers.clock] as number,
      bytes: cells[cell + slotCells.bytes] as number,
      signature: (cells[cell + slotCells.signature] as number) >>> 0,
    };
  }

  private inlineParts(start: number, bytes: number, partCount: number): Uint8Array[] {
    if (partCount === 1) return [this.inlinePart(start, bytes)];
    if (partCount === 0 && bytes === 0) return [];
    const lengths = new Uint8Array(this.bytes.subarray(start, start + 4 * partCount));
    return lengthsIn(lengths, bytes, partCount).map((length, index, all) => {
      const at = start + 4 * partCount + sumOf(all.slice(0, index));
      return this.bytes.slice(at, at + length);
    });
  }

  private inlinePart(start: number, bytes: number): Uint8Array {
    const part = new Uint8Array(bytes);
    for (let i = 0; i < bytes; i += 1) part[i] = this.bytes[start + i] as number;
    return part;
  }

  private beginBulk(message: Message, bytes: number, partCount: number): void {
    if (bytes < 0 || bytes > maximumPayloadBytes || partCount === 0) {
      throw malformed(`a payload of ${bytes >>> 0} bytes in ${partCount} parts`);
    }
    this.arriving = message;
    this.arrivingBytes = bytes;
    this.hasLengths = partCount === 1;
    this.part = 0;
    this.offset = 0;
    if (partCount === 1) this.allocateParts(message, [bytes]);
    else message.payload.parts = [new Uint8Array(4 * partCount)];
  }

  private allocateParts(message: Message, lengths: readonly number[]): void {
    message.payload.parts = this.place?.(message.envelope, lengths) ?? lengths.map(allocate);
    this.part = 0;
    this.offset = 0;
  }

  /** Takes what has arrived of the message; returns it when that was the last. */
  private readBulk(message: Message): Message | undefined {
    if (!this.fillParts(message.payload.parts)) return undefined;
    if (!this.hasLengths) {
      const [table] = message.payload.parts as [Uint8Array];
      this.hasLengths = true;
      this.allocateParts(message, lengthsIn(table, this.arrivingBytes, table.byteLength / 4));
      if (!this.fillParts(message.payload.parts)) return undefined;
    }
    this.arriving = undefined;
    return message;
  }

  /** True once all parts are full. */
  private fillParts(parts: readonly Uint8Array[]): boolean {
    const { layout } = this;
    for (; this.part < parts.length; this.part += 1, this.offset = 0) {
      const part = parts[this.part] as Uint8Array;
      while (this.offset < part.byteLength) {
        const readable = (Atomics.load(this.cells, ringCells.bulkTail) - this.bulkHead) >>> 0;
        if (readable === 0) return false;
        if (readable > layout.bulkBytes) throw malformed(`a ring with ${readable} bytes in it`);
        const start = this.bulkHead & (layout.bulkBytes - 1);
        const count = Math.min(part.byteLength - this.offset, readable, layout.bulkBytes - start, chunkBytes);
        const at = layout.bulkOffset + start;
        part.set(this.bytes.subarray(at, at + count), this.offset);
        this.offset += count;
        this.bulkHead = (this.bulkHead + count) | 0;
        Atomics.store(this.cells, ringCells.bulkHead, this.bulkHead);
        this.tellWriter();
      }
    }
    return true;
  }

  private tellWriter(): void {
    if (Atomics.load(this.cells, ringCells.writerWaits) === 0) return;
    Atomics.store(this.cells, ringCells.writerWaits, 0);
    this.onRoom();
  }
}

function allocate(bytes: number): Uint8Array {
  return bytes < unclearedBytes ? new Uint8Array(bytes) : Buffer.allocUnsafeSlow(bytes);
}

function lengthsIn(table: Uint8Array, bytes: number, partCount: number): number[] {
  const lengths = [...new Uint32Array(table.buffer, 0, table.byteLength >> 2)];
  if (lengths.length !== partCount || sumOf(lengths) + 4 * partCount !== bytes) {
    throw malformed(`${partCount} parts that are not ${bytes} bytes`);
  }
  return lengths;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function malformed(problem: string): LockstepError {
  return new LockstepError('malformed', { problem: `shared memory holds ${problem}` });
}
