/**
 * How a message lies in the fixed-size messages, **slots**, that travel through an MPI library: the envelope, and a
 * payload that fits. A larger payload follows as messages of its own, one a part, straight from and into its memory.
 */
import type { Envelope, Message, MessageMode, Payload } from '../../protocol/envelope';
import { maximumPayloadBytes } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';
import type { PlaceParts } from '../endpoint';

/** Below what libraries send at once (Open MPI between processes of a machine: 4 KiB): a slot leaves when it is sent. */
export const slotBytes = 2048;
/** Arrays of no more bytes lie within V8's own heap. */
const smallBytes = 64;
const cellCount = 8;
const numbersOffset = 4 * cellCount;
const contentOffset = numbersOffset + 24;
/** Most parts whose lengths fit into a slot beside the envelope. */
export const mostParts = (slotBytes - contentOffset) / 4;

const cells = {
  kind: 0,
  communicator: 1,
  source: 2,
  tag: 3,
  mode: 4,
  bytes: 5,
  signature: 6,
  parts: 7,
} as const;

/** A block of slots. */
export class Slots {
  readonly memory: ArrayBuffer;
  private readonly cells: Int32Array;
  private readonly numbers: Float64Array;
  private readonly bytes: Uint8Array;

  constructor(readonly count: number) {
    this.memory = new ArrayBuffer(count * slotBytes);
    this.cells = new Int32Array(this.memory);
    this.numbers = new Float64Array(this.memory);
    this.bytes = new Uint8Array(this.memory);
  }

  /** Writes a message; answers how many bytes of the slot have to travel, and whether the parts are among them. */
  write(index: number, envelope: Envelope, { kind, parts }: Payload): { bytes: number; whole: boolean } {
    const start = index * slotBytes;
    const cell = start >> 2;
    if (parts.length > mostParts) throw malformed(`a payload of ${parts.length} parts`);
    const { cells: integers, numbers } = this;
    integers[cell + cells.kind] = kind;
    integers[cell + cells.communicator] = envelope.communicator;
    integers[cell + cells.source] = envelope.source;
    integers[cell + cells.tag] = envelope.tag;
    integers[cell + cells.mode] = envelope.mode;
    integers[cell + cells.bytes] = envelope.bytes;
    integers[cell + cells.signature] = envelope.signature;
    integers[cell + cells.parts] = parts.length;
    const number = (start + numbersOffset) >> 3;
    numbers[number] = envelope.sequence;
    numbers[number + 1] = envelope.messageId;
    numbers[number + 2] = envelope.clock;
    let at = start + contentOffset;
    let content = 0;
    for (let i = 0; i < parts.length; i += 1) {
      const { length } = parts[i] as Uint8Array;
      integers[at >> 2] = length;
      content += length;
      at += 4;
    }
    const whole = at - start + content <= slotBytes;
    if (whole) {
      for (let i = 0; i < parts.length; i += 1) {
        const part = parts[i] as Uint8Array;
        this.writePart(part, at);
        at += part.length;
      }
    }
    return { bytes: at - start, whole };
  }

  private writePart(part: Uint8Array, at: number): void {
    const { bytes } = this;
    const { length } = part;
    if (length > smallBytes) bytes.set(part, at);
    else for (let i = 0; i < length; i += 1) bytes[at + i] = part[i] as number;
  }

  /**
   * Reads a message that has arrived for `destination`; where its parts follow, they are memory to receive into: what `place`
   * gives, or new memory.
   */
  read(index: number, destination: number, place?: PlaceParts): { message: Message; whole: boolean } {
    const start = index * slotBytes;
    const { cells: integers, numbers } = this;
    const cell = start >> 2;
    const number = (start + numbersOffset) >> 3;
    const envelope: Envelope = {
      mode: integers[cell + cells.mode] as MessageMode,
      communicator: integers[cell + cells.communicator] as number,
      source: integers[cell + cells.source] as number,
      destination,
      tag: integers[cell + cells.tag] as number,
      sequence: numbers[number] as number,
      messageId: numbers[number + 1] as number,
      clock: numbers[number + 2] as number,
      bytes: integers[cell + cells.bytes] as number,
      signature: (integers[cell + cells.signature] as number) >>> 0,
    };
    const count = integers[cell + cells.parts] as number;
    if (count < 0 || count > mostParts) throw malformed(`a message of ${count} parts`);
    let at = start + contentOffset + 4 * count;
    let content = 0;
    const lengths = (start + contentOffset) >> 2;
    for (let i = 0; i < count; i += 1) {
      const length = integers[lengths + i] as number;
      if (length < 0 || length > maximumPayloadBytes) throw malformed(`a part of ${length} bytes`);
      content += length;
    }
    const whole = at - start + content <= slotBytes;
    const kind = integers[cell + cells.kind] as number;
    if (!whole) {
      const partBytes = Array.from(integers.subarray(lengths, lengths + count));
      const memory =
        place?.(envelope, partBytes) ?? partBytes.map((length) => Buffer.allocUnsafeSlow(length));
      return { message: { envelope, payload: { kind, parts: memory } }, whole };
    }
    const parts: Uint8Array[] = [];
    for (let i = 0; i < count; i += 1) {
      const length = integers[lengths + i] as number;
      parts.push(length > smallBytes ? this.bytes.slice(at, at + length) : this.small(at, length));
      at += length;
    }
    return { message: { envelope, payload: { kind, parts } }, whole };
  }
  /** A copy without an array buffer, which would cost more than the copy. */
  private small(at: number, length: number): Uint8Array {
    const part = new Uint8Array(length);
    const { bytes } = this;
    for (let i = 0; i < length; i += 1) part[i] = bytes[at + i] as number;
    return part;
  }
}

const malformed = (problem: string): LockstepError =>
  new LockstepError('malformed', { problem: `a message through MPI holds ${problem}` });
