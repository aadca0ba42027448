/**
 * Typed arrays and strings of a few bytes. V8 keeps such an array within its own heap, cheaply, until somebody asks for its `buffer`:
 * making that costs more than all else that a short message needs. So short arrays pass through one place that is
 * aligned for all of them, by copies between views of one type; strings share it.
 */
import { type Binary, isTypedArray, viewOf } from './binaryViews';

/** V8 keeps no longer one within its heap. */
const mostBytes = 64;

/** Any typed array: they share what is used here. */
type AnyArray = Float64Array;

const place = new ArrayBuffer(mostBytes);
const characters = Buffer.from(place);
/** The first bytes of the place, by their number. */
const bytesByLength = Array.from({ length: mostBytes + 1 }, (_, length) => new Uint8Array(place, 0, length));
/** The same as elements, by kind and number of bytes; made when they are needed first. */
const elementsByKind: (AnyArray | undefined)[][] = [];

/** True for a typed array that passes this way. */
export function isSmallArray(kind: number, bytes: number): boolean {
  return bytes <= mostBytes && isTypedArray(kind);
}

/** The bytes of a small typed array, in memory that the next call here reuses. */
export function lendSmall(kind: number, array: Binary): Uint8Array {
  elements(kind, array.byteLength).set(array as AnyArray);
  return bytesByLength[array.byteLength] as Uint8Array;
}

/** True for what `lendSmall` has lent. */
export function isLent(bytes: Uint8Array): boolean {
  return bytes === bytesByLength[bytes.byteLength];
}

/** A small typed array of these bytes, which are whole elements. */
export function smallFrom(kind: number, bytes: Uint8Array): Binary {
  return take(kind, bytes).slice();
}

/** Puts these bytes, which are whole elements, at the beginning of a typed array. */
export function copySmallInto(kind: number, bytes: Uint8Array, array: Binary): void {
  (array as AnyArray).set(take(kind, bytes));
}

/** The characters of a short string, a byte each, in memory that the next call here reuses; undefined for any other. */
export function lendLatin1(text: string): Uint8Array | undefined {
  const own = bytesByLength[text.length];
  if (own === undefined) return undefined;
  for (let i = 0; i < own.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit > 0xff) return undefined;
    own[i] = unit;
  }
  return own;
}

/** The string of these characters; undefined where they are too many to pass this way. */
export function latin1From(bytes: Uint8Array): string | undefined {
  if (bytes.length > mostBytes) return undefined;
  fill(bytes);
  return characters.toString('latin1', 0, bytes.length);
}

function take(kind: number, bytes: Uint8Array): AnyArray {
  fill(bytes);
  return elements(kind, bytes.length);
}

function fill(bytes: Uint8Array): void {
  const own = bytesByLength[bytes.length] as Uint8Array;
  for (let i = 0; i < own.length; i += 1) own[i] = bytes[i] as number;
}

function elements(kind: number, bytes: number): AnyArray {
  const ofKind = (elementsByKind[kind] ??= []);
  return (ofKind[bytes] ??= viewOf(kind, place, bytes) as AnyArray);
}
