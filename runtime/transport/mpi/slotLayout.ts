/**
 * How a message lies in the fixed-size messages, **slots**, that travel through an MPI library: the envelope, and a
 * payload that fits. A larger payload follows as messages of its own, one a part, straight from and into its memory.
 */
import type { Envelope, Message, MessageMode, Payload } from '../../protocol/envelope';
import { maximumPayloadBytes } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';

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
    this.cells[cell + cells.kind] = kind;
    this.cells[cell + cells.communicator] = envelope.communicator;
    this.cells[cell + cells.source] = envelope.source;
    this.cells[cell + cells.tag] = envelope.tag;
    this.cells[cell + cells.mode] = envelope.mode;
    this.cells[cell + cells.bytes] = envelope.bytes;
    this.cells[cell + cells.signature] = envelope.signature;
    this.cells[cell + cells.parts] = parts.length;
    const number = (start + numbersOffset) >> 3;
    this.numbers[number] = envelope.sequence;
    this.numbers[number + 1] = envelope.messageId;
    this.numbers[number + 2] = envelope.clock;
    let at = start + contentOffset;
    let content = 0;
    for (const part of parts) {
      this.cells[at >> 2] = part.byteLength;
      content += part.byteLength;
      at += 4;
    }
    const whole = at - start + content <= slotBytes;
    if (whole) {
      for (const part of parts) {
        if (part.byteLength > smallBytes) this.bytes.set(part, at);
        else for (let i = 0; i < part.byteLength; i += 1) this.bytes[at + i] = part[i] as number;
        at += part.byteLength;
      }
    }
    return { bytes: at - start, whole };
  }

  /** Reads a message that has arrived for `destination`; where its parts follow, they are memory to receive into. */
  read(index: number, destination: number): { message: Message; whole: boolean } {
    const start = index * slotBytes;
    const cell = start >> 2;
    const number = (start + numbersOffset) >> 3;
    const envelope: Envelope = {
      mode: this.cells[cell + cells.mode] as MessageMode,
      communicator: this.cells[cell + cells.communicator] as number,
      source: this.cells[cell + cells.source] as number,
      destination,
      tag: this.cells[cell + cells.tag] as number,
      sequence: this.numbers[number] as number,
      messageId: this.numbers[number + 1] as number,
      clock: this.numbers[number + 2] as number,
      bytes: this.cells[cell + cells.bytes] as number,
      signature: (this.cells[cell + cells.signature] as number) >>> 0,
    };
    const count = this.cells[cell + cells.parts] as number;
    if (count < 0 || count > mostParts) throw malformed(`a message of ${count} parts`);
    const parts: Uint8Array[] = [];
    let at = start + contentOffset + 4 * count;
    let content = 0;
    for (let i = 0; i < count; i += 1) {
      const length = this.cells[(start + contentOffset + 4 * i) >> 2] as number;
      if (length < 0 || length > maximumPayloadBytes) throw malformed(`a part of ${length} bytes`);
      content += length;
    }
    const whole = at - start + content <= slotBytes;
    for (let i = 0; i < count; i += 1) {
      const length = this.cells[(start + contentOffset + 4 * i) >> 2] as number;
      if (whole) parts.push(length > smallBytes ? this.bytes.slice(at, at + length) : this.small(at, length));
      else parts.push(Buffer.allocUnsafeSlow(length));
      at += length;
    }
    return {
      message: { envelope, payload: { kind: this.cells[cell + cells.kind] as number, parts } },
      whole,
    };
  }
  /** A copy without an array buffer, which would cost more than the copy. */
  private small(at: number, length: number): Uint8Array {
    const part = new Uint8Array(length);
    for (let i = 0; i < length; i += 1) part[i] = this.bytes[at + i] as number;
    return part;
  }
}

const malformed = (problem: string): LockstepError =>
  new LockstepError('malformed', { problem: `a message through MPI holds ${problem}` });
