/**
 * The layout of a frame, on the rings between a node's two threads and on the sockets between nodes:
 *
 *   u32 length of all that follows | u8 type | body
 *
 * A message's body is the envelope (52 bytes) and the payload: u8 kind, u16 number of parts, u32 length of each part,
 * then the parts' bytes. All numbers are little endian.
 */
import type { Envelope, Message, MessageMode, Payload } from '../protocol/envelope';
import { maximumPayloadBytes } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';

export const frameTypes = {
  message: 1,
  control: 2,
  output: 3,
  finished: 4,
  entry: 5,
  health: 6,
  word: 7,
  /** Main thread to agent: open a data link to a rank; that to a rank has ended. */
  reach: 8,
  peerLost: 9,
  outlives: 10,
  /** Main thread to agent: a node of the job is to be ended. */
  endNode: 11,
  /** Main thread to agent: the program wants a fault. */
  fault: 12,
  /** Main thread to agent: how the tasks of the program stand; the answer to a question about them. */
  tasks: 13,
  tasksAnswer: 14,
  /** Main thread to agent: the program wants nodes of its job added, or has sent one away. */
  nodes: 15,
  /** Main thread to agent: what became of a wish for another number of nodes. */
  scaled: 16,
} as const;
export type FrameType = (typeof frameTypes)[keyof typeof frameTypes];

export const lengthBytes = 4;
export const prefixBytes = 5;
const envelopeBytes = 52;
const maximumParts = 0xffff;
/** The largest `length` of a frame that is not hostile. */
export const maximumFrameBytes = maximumPayloadBytes + envelopeBytes + 3 + 4 * maximumParts;

/** Offset of the destination within a message's frame, for whoever only forwards it. */
const destinationOffset = prefixBytes + 8;
/** Bytes of a message's frame that must be there to read its destination. */
export const routingBytes = destinationOffset + 4;

/** Bytes of a message's frame before the table of its parts' lengths. */
export const fixedBytes = prefixBytes + envelopeBytes + 3;

/** Everything of a message's frame but the parts' bytes. */
export function encodeMessageHeader(envelope: Envelope, payload: Payload): Uint8Array {
  const bytes = new Uint8Array(fixedBytes + 4 * payload.parts.length);
  writeMessageHeader(new DataView(bytes.buffer), envelope, payload);
  return bytes;
}

/** Writes a message's frame but the parts' bytes at the beginning of `view`; returns the size of the whole frame. */
export function writeMessageHeader(view: DataView, envelope: Envelope, payload: Payload): number {
  const { parts } = payload;
  const headerLength = fixedBytes + 4 * parts.length;
  let total = headerLength;
  for (const part of parts) total += part.byteLength;
  if (total - headerLength > maximumPayloadBytes || parts.length > maximumParts) {
    throw new LockstepError('frameTooLarge', { bytes: total - headerLength, limit: maximumPayloadBytes });
  }
  view.setUint32(0, total - lengthBytes, true);
  view.setUint8(4, frameTypes.message);
  view.setInt32(5, envelope.communicator, true);
  view.setInt32(9, envelope.source, true);
  view.setInt32(destinationOffset, envelope.destination, true);
  view.setInt32(17, envelope.tag, true);
  view.setFloat64(21, envelope.sequence, true);
  view.setFloat64(29, envelope.messageId, true);
  view.setFloat64(37, envelope.clock, true);
  view.setUint32(45, envelope.mode, true);
  view.setUint32(49, envelope.bytes, true);
  view.setUint32(53, envelope.signature, true);
  view.setUint8(57, payload.kind);
  view.setUint16(58, parts.length, true);
  for (let i = 0, at = fixedBytes; i < parts.length; i += 1, at += 4) {
    view.setUint32(at, (parts[i] as Uint8Array).byteLength, true);
  }
  return total;
}

/** Reads the body of a message's frame (what follows the prefix). The parts are views into `body`. */
export function decodeMessage(body: Uint8Array): Message {
  const malformed = (problem: string) => new LockstepError('malformed', { problem });
  if (body.length < envelopeBytes + 3) throw malformed(`a message of ${body.length} bytes`);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const envelope = readEnvelope(view, 0);
  const count = view.getUint16(53, true);
  let offset = envelopeBytes + 3 + 4 * count;
  if (offset > body.length) throw malformed(`a message with ${count} parts in ${body.length} bytes`);
  const parts: Uint8Array[] = [];
  for (let i = 0, at = 55; i < count; i += 1, at += 4) {
    const length = view.getUint32(at, true);
    if (offset + length > body.length) throw malformed('a message part that is longer than its frame');
    parts.push(body.subarray(offset, offset + length));
    offset += length;
  }
  if (offset !== body.length) throw malformed('a message with bytes left over');
  return { envelope, payload: { kind: view.getUint8(52), parts } };
}

/** Reads the envelope that lies at an offset, which is that of a message's body. */
export function readEnvelope(view: DataView, at: number): Envelope {
  return {
    communicator: view.getInt32(at, true),
    source: view.getInt32(at + 4, true),
    destination: view.getInt32(at + 8, true),
    tag: view.getInt32(at + 12, true),
    sequence: view.getFloat64(at + 16, true),
    messageId: view.getFloat64(at + 24, true),
    clock: view.getFloat64(at + 32, true),
    mode: view.getUint32(at + 40, true) as MessageMode,
    bytes: view.getUint32(at + 44, true),
    signature: view.getUint32(at + 48, true),
  };
}

/** The destination of a message from the first {@link routingBytes} of its frame. */
export function destinationOf(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset).getInt32(destinationOffset, true);
}

/** A whole frame with a UTF-8 body. */
export function encodeText(type: FrameType, text: string): Uint8Array {
  const body = Buffer.from(text, 'utf8');
  const frame = new Uint8Array(prefixBytes + body.length);
  new DataView(frame.buffer).setUint32(0, body.length + 1, true);
  frame[4] = type;
  frame.set(body, prefixBytes);
  return frame;
}

/** Splits a stream of bytes into frames. Feed it with `push`; it calls back with each frame's type and body. */
export class FrameReader {
  private readonly prefix = new Uint8Array(prefixBytes);
  private have = 0;
  private body: Uint8Array | undefined;

  constructor(private readonly onFrame: (type: number, body: Uint8Array) => void) {}

  /** Takes a chunk; throws LockstepError(malformed) on a length that no peer of ours would send. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      const target = this.body ?? this.prefix;
      const count = Math.min(target.length - this.have, chunk.length - at);
      target.set(chunk.subarray(at, at + count), this.have);
      this.have += count;
      at += count;
      if (this.have === target.length) this.advance();
    }
  }

  private advance(): void {
    this.have = 0;
    if (!this.body) {
      const length = new DataView(this.prefix.buffer).getUint32(0, true);
      if (length < 1 || length > maximumFrameBytes) {
        throw new LockstepError('malformed', { problem: `a frame of ${length} bytes` });
      }
      this.body = new Uint8Array(length - 1);
      if (this.body.length > 0) return;
    }
    const body = this.body;
    this.body = undefined;
    this.onFrame(this.prefix[4] as number, body);
  }
}
