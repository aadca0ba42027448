/**
 * Values as frames of a file: length and CRC-32 of what follows (four bytes each, little-endian), then the kind of the
 * payload, the number of its parts, their lengths, and the parts. What is cut off or changed is told from what is whole.
 */
import { decode, encode } from '../../core/codec';
import { LockstepError } from '../../protocol/errors';
import { crc32 } from './crc32';

/** Bytes before a frame's body. */
export const headerBytes = 8;
const fixedBytes = 8;

/** A value as a frame. Throws LockstepError `notClonable`. */
export function frameOf(value: unknown): Uint8Array {
  const { kind, parts } = encode(value, 'journal');
  let bodyBytes = fixedBytes + 4 * parts.length;
  for (const part of parts) bodyBytes += part.byteLength;
  const frame = new Uint8Array(headerBytes + bodyBytes);
  const view = new DataView(frame.buffer);
  view.setUint32(headerBytes, kind, true);
  view.setUint32(headerBytes + 4, parts.length, true);
  let at = headerBytes + fixedBytes;
  for (const part of parts) {
    view.setUint32(at, part.byteLength, true);
    at += 4;
  }
  for (const part of parts) {
    frame.set(part, at);
    at += part.byteLength;
  }
  view.setUint32(0, bodyBytes, true);
  view.setUint32(4, crc32(frame.subarray(headerBytes)), true);
  return frame;
}

/** What a frame's header says. */
export function headerOf(header: Uint8Array): { bodyBytes: number; crc: number } {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  return { bodyBytes: view.getUint32(0, true), crc: view.getUint32(4, true) };
}

/** The value in a frame's body. Throws LockstepError `malformed` where it is not whole. */
export function valueIn(body: Uint8Array, crc: number): unknown {
  if (crc32(body) !== crc) throw new LockstepError('malformed', { problem: 'the checksum does not fit' });
  if (body.byteLength < fixedBytes) throw new LockstepError('malformed', { problem: 'it is too short' });
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const kind = view.getUint32(0, true);
  const count = view.getUint32(4, true);
  const parts: Uint8Array[] = [];
  let at = fixedBytes + 4 * count;
  if (at > body.byteLength) throw new LockstepError('malformed', { problem: 'it is too short' });
  for (let part = 0; part < count; part += 1) {
    const bytes = view.getUint32(fixedBytes + 4 * part, true);
    parts.push(body.subarray(at, at + bytes));
    at += bytes;
  }
  return decode({ kind, parts });
}
