/** Binary data (`ArrayBuffer`, `DataView`, typed arrays) told apart by a small number, and taken from and to bytes. */
import { LockstepError } from '../protocol/errors';

/** An `ArrayBuffer` or a view of one. */
export type Binary = ArrayBuffer | ArrayBufferView;

interface BinaryKind {
  name: string;
  elementBytes: number;
  of: (buffer: ArrayBuffer, byteOffset: number, length: number) => Binary;
}

/** Position in this list is what travels: append only. */
const kinds: readonly BinaryKind[] = [
  { name: 'ArrayBuffer', elementBytes: 1, of: (buffer) => buffer },
  { name: 'DataView', elementBytes: 1, of: (...at) => new DataView(...at) },
  { name: 'Int8Array', elementBytes: 1, of: (...at) => new Int8Array(...at) },
  { name: 'Uint8Array', elementBytes: 1, of: (...at) => new Uint8Array(...at) },
  { name: 'Uint8ClampedArray', elementBytes: 1, of: (...at) => new Uint8ClampedArray(...at) },
  { name: 'Int16Array', elementBytes: 2, of: (...at) => new Int16Array(...at) },
  { name: 'Uint16Array', elementBytes: 2, of: (...at) => new Uint16Array(...at) },
  { name: 'Int32Array', elementBytes: 4, of: (...at) => new Int32Array(...at) },
  { name: 'Uint32Array', elementBytes: 4, of: (...at) => new Uint32Array(...at) },
  { name: 'Float32Array', elementBytes: 4, of: (...at) => new Float32Array(...at) },
  { name: 'Float64Array', elementBytes: 8, of: (...at) => new Float64Array(...at) },
  { name: 'BigInt64Array', elementBytes: 8, of: (...at) => new BigInt64Array(...at) },
  { name: 'BigUint64Array', elementBytes: 8, of: (...at) => new BigUint64Array(...at) },
];

const kindOfName = new Map(kinds.map(({ name }, kind) => [name, kind]));

/** The kinds before this one are no typed arrays. */
const firstArrayKind = 2;

/** The two that are asked for most. */
const float64Kind = kindOfName.get('Float64Array');
const uint8Kind = kindOfName.get('Uint8Array');

/** How many kinds of binary data there are; they count from 0. */
export const binaryKinds = kinds.length;

/** The kind of a view or `ArrayBuffer`; undefined for one that not every Node.js knows, such as `Float16Array`. */
export function binaryKindOf(binary: Binary): number | undefined {
  const prototype: unknown = Object.getPrototypeOf(binary);
  if (prototype === Float64Array.prototype) return float64Kind;
  if (prototype === Uint8Array.prototype) return uint8Kind;
  const name = (binary as { [Symbol.toStringTag]: string })[Symbol.toStringTag];
  return kindOfName.get(name);
}

/** True for a kind of typed array. */
export function isTypedArray(kind: number): boolean {
  return kind >= firstArrayKind;
}

/** Bytes of one element of this kind. */
export function elementBytesOf(kind: number): number {
  return kindOf(kind).elementBytes;
}

/** The name of this kind: `Float64Array`. */
export function binaryNameOf(kind: number): string {
  return kindOf(kind).name;
}

/** The memory of a view or `ArrayBuffer` as bytes; nothing is copied. */
export function bytesOf(binary: Binary): Uint8Array {
  if (binary instanceof Uint8Array) return binary;
  if (ArrayBuffer.isView(binary)) return new Uint8Array(binary.buffer, binary.byteOffset, binary.byteLength);
  return new Uint8Array(binary);
}

/**
 * Binary data of a kind from bytes. Takes over the memory of bytes that fill an `ArrayBuffer` of their own, and
 * copies once otherwise: what a program gets never shares its `buffer` with anything else.
 */
export function binaryFrom(kind: number, bytes: Uint8Array): Binary {
  const { name, elementBytes, of } = kindOf(kind);
  if (bytes.byteLength % elementBytes !== 0) {
    throw new LockstepError('malformed', { problem: `${bytes.byteLength} bytes are no ${name}` });
  }
  return of(ownBuffer(bytes), 0, bytes.byteLength / elementBytes);
}

/** A view of this kind at the beginning of a buffer; `bytes` are whole elements. */
export function viewOf(kind: number, buffer: ArrayBuffer, bytes: number): Binary {
  const { elementBytes, of } = kindOf(kind);
  return of(buffer, 0, bytes / elementBytes);
}

function kindOf(kind: number): BinaryKind {
  const found = kinds[kind];
  if (!found) throw new LockstepError('malformed', { problem: `there is no binary data of kind ${kind}` });
  return found;
}

function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  if (!(buffer instanceof ArrayBuffer)) return new Uint8Array(bytes).buffer;
  if (byteLength === buffer.byteLength) return buffer;
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
