import {
  fixedBytes,
  frameTypes,
  lengthBytes,
  maximumFrameBytes,
  prefixBytes,
  readEnvelope,
} from '../../core/framing';
import type { Message } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';
import type { PlaceParts } from '../endpoint';
import { ended } from './nativeSockets';

/** What one call takes in where it is not known what comes: many small messages, or the beginning of a large one. */
const scratchBytes = 1 << 16;
/** So much that is missing of a part goes straight to where it belongs. */
const directBytes = 1 << 12;
/** A message with less than this is not worth asking for a place. */
const placedBytes = 1 << 10;

/** Takes up to `count` bytes; answers how many, `notNow` or `ended`. */
export type Receive = (bytes: Uint8Array, count: number) => number;

/**
 * The receiver's end of a data link: a stream of bytes in, whole messages out (see core/framing.ts). Nothing blocks here.
 * All that the other side says is checked before it is used.
 *
 * Cost: small messages are copied once, out of what one call of the system has brought, often many at a time; of a large
 * one all but its beginning goes from the socket to its place.
 */
export class MessageReader {
  private scratch = Buffer.allocUnsafeSlow(scratchBytes);
  private view = new DataView(this.scratch.buffer);
  /** What was received and not looked at lies between the two. */
  private start = 0;
  private end = 0;
  /** The message that is arriving, its parts yet to be filled from `part` and `offset` on. */
  private arriving: Message | undefined;
  private part = 0;
  private offset = 0;
  /** Nothing more will come. */
  isEnded = false;

  constructor(
    private readonly receive: Receive,
    private readonly source: number,
    private readonly destination: number,
    private readonly place: PlaceParts,
  ) {}

  /** Takes bytes that somebody else has received before the first of ours. */
  begin(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.scratch.set(bytes, 0);
    this.end = bytes.length;
  }

  /** The next message that is here as a whole, or undefined. Throws LockstepError(malformed). */
  poll(): Message | undefined {
    for (;;) {
      if (this.arriving === undefined) this.takeHeader();
      if (this.arriving !== undefined && this.fill(this.arriving)) {
        const message = this.arriving;
        this.arriving = undefined;
        return message;
      }
      if (!this.more()) return undefined;
    }
  }

  /** Begins the message whose header is here whole, if one is. */
  private takeHeader(): void {
    const { view, start } = this;
    const have = this.end - start;
    if (have < prefixBytes) return;
    const frameBytes = view.getUint32(start, true) + lengthBytes;
    const type = view.getUint8(start + lengthBytes);
    if (frameBytes < fixedBytes || frameBytes > maximumFrameBytes || type !== frameTypes.message) {
      throw malformed(`a frame of type ${type}, ${frameBytes - lengthBytes} bytes`);
    }
    if (have < fixedBytes) return;
    const count = view.getUint16(start + fixedBytes - 2, true);
    const headerBytes = fixedBytes + 4 * count;
    if (headerBytes > frameBytes) throw malformed(`a message with ${count} parts in ${frameBytes} bytes`);
    if (have < headerBytes) return this.reserve(headerBytes);
    const lengths: number[] = [];
    let left = frameBytes - headerBytes;
    for (let at = start + fixedBytes; at < start + headerBytes; at += 4) {
      const length = view.getUint32(at, true);
      lengths.push(length);
      left -= length;
    }
    if (left !== 0) throw malformed('a message with parts that are not as long as its frame');
    this.take(lengths, frameBytes - headerBytes);
    this.start += headerBytes;
  }

  private take(lengths: readonly number[], bytes: number): void {
    const { view, start } = this;
    const envelope = readEnvelope(view, start + prefixBytes);
    if (envelope.source !== this.source || envelope.destination !== this.destination) {
      const named = `a message from ${envelope.source} to ${envelope.destination}`;
      throw malformed(`${named} came from node ${this.source} to ${this.destination}`);
    }
    const kind = view.getUint8(start + fixedBytes - 3);
    const placed = bytes < placedBytes ? undefined : this.place(envelope, lengths);
    this.arriving = { envelope, payload: { kind, parts: placed ?? lengths.map(allocate) } };
    this.part = 0;
    this.offset = 0;
  }

  /** Fills the parts with what is here; true once all are full. */
  private fill({ payload: { parts } }: Message): boolean {
    for (; this.part < parts.length; this.part += 1, this.offset = 0) {
      const part = parts[this.part] as Uint8Array;
      const count = Math.min(part.length - this.offset, this.end - this.start);
      if (count > 0) part.set(this.scratch.subarray(this.start, this.start + count), this.offset);
      this.start += count;
      this.offset += count;
      if (this.offset < part.length) return false;
    }
    return true;
  }

  /** Receives what comes next; false if nothing has. */
  private more(): boolean {
    const part = this.arriving?.payload.parts[this.part];
    const missing = part === undefined ? 0 : part.length - this.offset;
    if (part !== undefined && missing >= directBytes) {
      const count = this.receive(this.offset === 0 ? part : part.subarray(this.offset), missing);
      if (count <= 0) return this.nothing(count);
      this.offset += count;
      return true;
    }
    if (this.start > 0) {
      this.scratch.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    const { scratch, end } = this;
    const count = this.receive(end === 0 ? scratch : scratch.subarray(end), scratch.length - end);
    if (count <= 0) return this.nothing(count);
    this.end += count;
    return true;
  }

  private nothing(answer: number): false {
    if (answer === ended) this.isEnded = true;
    return false;
  }

  /** Makes room for a header of so many bytes. */
  private reserve(bytes: number): void {
    if (bytes <= this.scratch.length) return;
    const larger = Buffer.allocUnsafeSlow(bytes);
    this.scratch.copy(larger, 0, this.start, this.end);
    this.end -= this.start;
    this.start = 0;
    this.scratch = larger;
    this.view = new DataView(larger.buffer);
  }
}

function allocate(bytes: number): Uint8Array {
  return bytes < directBytes ? new Uint8Array(bytes) : Buffer.allocUnsafeSlow(bytes);
}

function malformed(problem: string): LockstepError {
  return new LockstepError('malformed', { problem });
}
