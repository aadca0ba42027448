/**
 * Values to bytes and back. Any structured-clonable value travels as `structuredClone` would copy it (class
 * instances become plain objects; properties of an array beside its elements stay behind), with two differences that
 * suit messages: a view travels alone, not with the whole buffer it looks at, and views that shared a buffer no
 * longer do. Numbers, strings and binary data at the top take shorter ways.
 */
import type { Payload } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import {
  type Binary,
  binaryFrom,
  binaryKindOf,
  binaryKinds,
  binaryNameOf,
  bytesOf,
  elementBytesOf,
  isTypedArray,
  viewOf,
} from './binaryViews';
import { notClonable } from './notClonable';
import {
  copySmallInto,
  isLent,
  isSmallArray,
  latin1From,
  lendLatin1,
  lendSmall,
  smallFrom,
} from './smallBinary';
import { ValueReader } from './valueReader';
import { ValueWriter } from './valueWriter';

/** What `Payload.kind` says; from `Binary` on it is that plus the kind of binary data. */
enum Kind {
  /** No parts. */
  Undefined,
  /** One part of eight bytes. */
  Number,
  /** One part: a byte a character. */
  Latin1,
  /** One part: two bytes a code unit. */
  Utf16,
  /** A first part as in valueFormat.ts, then the binary data in it. */
  Value,
  /** One part: the memory itself. */
  Binary = 16,
}

const undefinedPayload: Payload = { kind: Kind.Undefined, parts: [] };

const numberScratch = new Float64Array(1);
const numberPayload: Payload = { kind: Kind.Number, parts: [bytesOf(numberScratch)] };

/** Where the bytes of a received number are aligned. */
const receivedNumber = new Float64Array(1);
const receivedBytes = bytesOf(receivedNumber);

let idleWriter: ValueWriter | undefined;

/**
 * Makes a value ready to travel. Large binary data is not copied, and small values lie in memory that the next call
 * reuses: hand the payload over, or copy it with {@link copyPayload}, before changing the value or calling again.
 * Throws LockstepError `notClonable`, which names `operation` and the place within the value.
 */
export function encode(value: unknown, operation: string): Payload {
  if (typeof value === 'number') {
    numberScratch[0] = value;
    return numberPayload;
  }
  if (value === undefined) return undefinedPayload;
  if (typeof value === 'string') {
    const characters = lendLatin1(value);
    if (characters !== undefined) return { kind: Kind.Latin1, parts: [characters] };
  }
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    const kind = binaryKindOf(value);
    if (kind === undefined) throw notClonable(operation, value, value);
    const small = !(value instanceof Uint8Array) && isSmallArray(kind, value.byteLength);
    return { kind: Kind.Binary + kind, parts: [small ? lendSmall(kind, value) : bytesOf(value)] };
  }
  return encodeWithWriter(value, operation);
}

function encodeWithWriter(value: unknown, operation: string): Payload {
  // A getter within the value may itself send: it then gets a writer of its own.
  const writer = idleWriter ?? new ValueWriter();
  idleWriter = undefined;
  try {
    if (typeof value === 'string') {
      const latin1 = writer.writeCharacters(value);
      return { kind: latin1 ? Kind.Latin1 : Kind.Utf16, parts: [writer.bytes] };
    }
    writer.write(value, operation);
    const { parts } = writer;
    return { kind: Kind.Value, parts: parts.length === 0 ? [writer.bytes] : [writer.bytes, ...parts] };
  } catch (error) {
    // Deep in a value the writer's own frames would push the program's call out of the stack.
    if (error instanceof LockstepError) Error.captureStackTrace(error, encode);
    throw error;
  } finally {
    writer.reset();
    idleWriter = writer;
  }
}

/**
 * The value of a payload. The payload's memory passes to the value where it can: a part that fills an
 * `ArrayBuffer` of its own becomes the value's memory uncopied, any other is copied once; parts may lie at any
 * alignment. Throws LockstepError `malformed` for bytes that `encode` has not made.
 */
export function decode(payload: Payload): unknown {
  const { kind, parts } = payload;
  try {
    switch (kind) {
      case Kind.Undefined:
        return undefined;
      case Kind.Number:
        return decodeNumber(firstOf(parts));
      case Kind.Latin1:
        return latin1From(firstOf(parts)) ?? bufferOf(firstOf(parts)).toString('latin1');
      case Kind.Utf16:
        return bufferOf(firstOf(parts)).toString('utf16le');
      case Kind.Value:
        return new ValueReader(firstOf(parts), parts.slice(1)).readAll();
      default:
        if (isBinary(kind)) return decodeBinary(kind - Kind.Binary, firstOf(parts));
        throw new LockstepError('malformed', { problem: `there is no payload of kind ${kind}` });
    }
  } catch (error) {
    if (error instanceof LockstepError) throw error;
    throw new LockstepError('malformed', { problem: (error as Error).message }, { cause: error });
  }
}

/** A payload of the same value in memory of its own. */
export function copyPayload(payload: Payload): Payload {
  return { kind: payload.kind, parts: payload.parts.map((part) => new Uint8Array(part)) };
}

/** A payload that stays as it is: what lies in memory that the next `encode` reuses is copied, binary data is not. */
export function keepPayload(payload: Payload): Payload {
  const { kind, parts } = payload;
  if (isBinary(kind) && !isLent(firstOf(parts))) return payload;
  return { kind, parts: parts.map((part, i) => (i === 0 ? new Uint8Array(part) : part)) };
}

/** A copy of a value, just as it would arrive at another node. */
export function copyValue<T>(value: T, operation: string): T {
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'symbol') throw notClonable(operation, value, value);
    return value;
  }
  return decode(copyPayload(encode(value, operation))) as T;
}

/** Elements of a payload of this kind and size if it is a typed array; 1 for any other value, 0 for `undefined`. */
export function payloadElements(kind: number, bytes: number): number {
  if (kind === Kind.Undefined) return 0;
  return isBinary(kind) ? bytes / elementBytesOf(kind - Kind.Binary) : 1;
}

/** What a payload is, for people: `Float64Array`, `a number`, `an object`. */
export function payloadName(kind: number): string {
  if (isBinary(kind)) return binaryNameOf(kind - Kind.Binary);
  if (kind === Kind.Undefined) return 'undefined';
  if (kind === Kind.Number) return 'a number';
  return kind === Kind.Latin1 || kind === Kind.Utf16 ? 'a string' : 'an object or another value';
}

/** The kind of payload that a number is. */
export const numberKind: number = Kind.Number;

/** The kind of payload that a typed array is; undefined for any other value. */
export function arrayKindOf(value: unknown): number | undefined {
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return undefined;
  const kind = binaryKindOf(value);
  return kind === undefined ? undefined : Kind.Binary + kind;
}

/** Bytes of an element of a typed array whose payload is of this kind; undefined for a payload of any other. */
export function arrayElementBytes(kind: number): number | undefined {
  return isBinary(kind) && isTypedArray(kind - Kind.Binary) ? elementBytesOf(kind - Kind.Binary) : undefined;
}

/** The elements of that kind at the beginning of some memory, of so many bytes. */
export function arrayOver(kind: number, memory: ArrayBuffer, bytes: number): ArrayBufferView {
  return viewOf(kind - Kind.Binary, memory, bytes) as ArrayBufferView;
}

/** True if a payload of this kind is binary data of the same kind as `view`. */
export function isPayloadOf(kind: number, view: ArrayBufferView): boolean {
  const viewKind = binaryKindOf(view);
  return viewKind !== undefined && kind === Kind.Binary + viewKind;
}

/**
 * Copies a payload into a typed array of the same kind that is long enough; nothing is copied where it came into that
 * array's own memory.
 */
export function decodeInto({ kind, parts }: Payload, array: ArrayBufferView): void {
  const bytes = firstOf(parts);
  if (isSmallArray(kind - Kind.Binary, bytes.byteLength)) copySmallInto(kind - Kind.Binary, bytes, array);
  else if (!liesIn(bytes, array)) bytesOf(array).set(bytes);
}

function liesIn(bytes: Uint8Array, { buffer, byteOffset }: ArrayBufferView): boolean {
  return bytes.buffer === buffer && bytes.byteOffset === byteOffset;
}

function decodeBinary(kind: number, bytes: Uint8Array): Binary {
  const isSmall = isSmallArray(kind, bytes.byteLength) && bytes.byteLength % elementBytesOf(kind) === 0;
  return isSmall ? smallFrom(kind, bytes) : binaryFrom(kind, bytes);
}

function isBinary(kind: number): boolean {
  return kind >= Kind.Binary && kind < Kind.Binary + binaryKinds;
}

function firstOf(parts: readonly Uint8Array[]): Uint8Array {
  const first = parts[0];
  if (!first) throw new LockstepError('malformed', { problem: 'a payload has no parts' });
  return first;
}

function decodeNumber(bytes: Uint8Array): number {
  if (bytes.byteLength !== 8) throw new LockstepError('malformed', { problem: 'a number is not of 8 bytes' });
  receivedBytes.set(bytes);
  return receivedNumber[0] as number;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
