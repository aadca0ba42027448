/**
 * Values in memory that nodes share: numbers and typed arrays as they are, others as the codec writes them. What is read
 * is a copy.
 */
import { arrayElementBytes, arrayKindOf, arrayOver, decode, encode, numberKind } from '../../../core/codec';
import type { SharedBytes } from '../../../transport/endpoint';
import type { Vector } from '../reduction';

/** The kind of what does not travel in one piece. */
export const noKind = -1;
/** So few elements are copied by a loop: `set` costs more to begin with. */
const fewElements = 16;

export class SlotValues {
  /** What was put last is of this kind of payload, or {@link noKind}, and of so many bytes. */
  kind = noKind;
  bytes = 0;
  private readonly numbers: Float64Array;
  private readonly cells: Int32Array;
  /** All of the memory. */
  readonly all: Uint8Array;
  /** All of the memory as elements, by kind of payload. */
  private readonly arrays: (Vector | undefined)[] = [];

  constructor(private readonly memory: SharedBytes) {
    this.numbers = new Float64Array(memory);
    this.cells = new Int32Array(memory);
    this.all = new Uint8Array(memory);
  }

  /** Puts a value at a multiple of eight bytes, if it has room there; says what it is in any case. */
  put(value: unknown, at: number, room: number, call: string): boolean {
    if (typeof value === 'number') {
      this.kind = numberKind;
      this.bytes = 8;
      if (room < 8) return false;
      this.numbers[at >> 3] = value;
      return true;
    }
    const kind = arrayKindOf(value);
    return kind === undefined
      ? this.putEncoded(value, at, room, call)
      : this.putArray(value as Vector, kind, at, room);
  }

  /** The value that was put there; a typed array in memory of its own, or in `into`, which is like it. */
  get(kind: number, bytes: number, at: number, into?: Vector): unknown {
    if (kind === numberKind) return this.numbers[at >> 3];
    const elementBytes = arrayElementBytes(kind);
    if (elementBytes === undefined) return decode({ kind, parts: [this.all.slice(at, at + bytes)] });
    const elements = this.elements(kind);
    const first = at / elementBytes;
    const length = bytes / elementBytes;
    if (length > fewElements) {
      if (into === undefined) return elements.slice(first, first + length);
      into.set(elements.subarray(first, first + length));
      return into;
    }
    const array = into ?? new (elements.constructor as Float64ArrayConstructor)(length);
    for (let i = 0; i < length; i += 1) array[i] = elements[first + i] as number;
    return array;
  }

  /** Writes what was put last at a multiple of eight bytes: its kind and its size. */
  putEntry(at: number): void {
    this.setEntry(at, this.kind, this.bytes);
  }

  /** Writes a kind and a size. */
  setEntry(at: number, kind: number, bytes: number): void {
    this.cells[at >> 2] = kind;
    this.cells[(at >> 2) + 1] = bytes;
  }

  /** The kind in an entry. */
  entryKind(at: number): number {
    return this.cells[at >> 2] as number;
  }

  /** The size in an entry. */
  entryBytes(at: number): number {
    return this.cells[(at >> 2) + 1] as number;
  }

  /** A part of the memory as elements of the kind that `like` has. */
  view(like: Vector, at: number, length: number): Vector {
    const elements = this.elements(arrayKindOf(like) as number);
    const first = at / like.BYTES_PER_ELEMENT;
    return elements.subarray(first, first + length);
  }

  private putArray(array: Vector, kind: number, at: number, room: number): boolean {
    const { length, byteLength, BYTES_PER_ELEMENT } = array;
    this.kind = kind;
    this.bytes = byteLength;
    if (byteLength > room) return false;
    const elements = this.elements(kind);
    const first = at / BYTES_PER_ELEMENT;
    if (length > fewElements) elements.set(array, first);
    else for (let i = 0; i < length; i += 1) elements[first + i] = array[i] as number;
    return true;
  }

  private putEncoded(value: unknown, at: number, room: number, call: string): boolean {
    const { kind, parts } = encode(value, call);
    const [part] = parts;
    this.bytes = part?.byteLength ?? 0;
    this.kind = parts.length > 1 || this.bytes > room ? noKind : kind;
    if (this.kind === noKind) return false;
    if (part) this.all.set(part, at);
    return true;
  }

  private elements(kind: number): Vector {
    return (this.arrays[kind] ??= this.elementsOf(kind));
  }

  private elementsOf(kind: number): Vector {
    return arrayOver(kind, this.memory as ArrayBuffer, this.memory.byteLength) as Vector;
  }
}
