/**
 * The bytes of a value, as `ValueWriter` writes and `ValueReader` reads them: one tag byte, then what the tag asks for.
 * Numbers are little-endian; a length is one byte, or 255 and four bytes. Every object counts up from 0 as it
 * begins; `Reference` names an earlier one, which is how cycles and shared objects travel. Objects with
 * the same keys name them once (a shape).
 */
export enum Tag {
  Undefined,
  Null,
  True,
  False,
  /** One signed byte. */
  Int8,
  /** Four bytes. */
  Int32,
  /** Eight bytes. */
  Double,
  /** Sign (1 is negative), then the absolute value in hexadecimal as a length and characters. */
  BigInt,
  /** Length, then a byte a character. */
  Latin1,
  /** Length in code units, then two bytes each: lone surrogates stay what they are. */
  Utf16,
  /** Number of a shape; if it is a new one, its length and keys as strings; then the values. */
  Object,
  /** Length, then the elements, up to a `Hole`. */
  Array,
  /** An array of nothing but numbers: length, then eight bytes each. */
  Doubles,
  /** The rest of an array has holes: number of elements left, then index (a value) and element each. */
  Hole,
  /** Number of entries, then key and value each. */
  Map,
  /** Number of elements, then these. */
  Set,
  /** Milliseconds, eight bytes. */
  Date,
  /** Source and flags, as strings. */
  RegExp,
  /** Name, message and stack (strings or undefined), then True and the cause, or False. */
  Error,
  /** Kind of view, length in bytes, bytes. */
  View,
  /** Kind of view, number of the part that holds its bytes. */
  ViewInPart,
  /** The primitive inside a Number, String, Boolean or BigInt object. */
  Boxed,
  /** Number of the object. */
  Reference,
  /** 0x80 to 0xff: the whole numbers 0 to 127. */
  SmallInteger = 0x80,
}

/** Values nested deeper than this are refused, by the sender and by the receiver. */
export const maximumDepth = 1000;

/** Binary data of at least this size inside a value travels beside it, uncopied. */
export const outOfBandBytes = 1024;

/** The most parts beside a value; further binary data lies within. */
export const maximumParts = 256;
