/**
 * Reads what `ValueWriter` writes. The bytes come from a peer and are data: nothing is looked up by a name they
 * hold, memory is taken only for bytes that are there, and nesting is bounded.
 */
import { LockstepError } from '../protocol/errors';
import { type Binary, binaryFrom } from './binaryViews';
import { Tag, maximumDepth } from './valueFormat';

/** Arrays with holes up to this length are laid out in one piece, longer ones as tables. */
const shortSparseArray = 64;

const errorClasses = new Map<string, ErrorConstructor>(
  [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((each) => [
    each.name,
    each,
  ]),
);

/** One value: `new ValueReader(bytes, parts).readAll()`. Throws LockstepError `malformed` or what V8 throws. */
export class ValueReader {
  private readonly bytes: Buffer;
  private position = 0;
  private depth = 0;
  private readonly objects: object[] = [];
  private readonly shapes: string[][] = [];

  /** `parts` are the binary data beside the value; each is used once and dropped from the list. */
  constructor(
    bytes: Uint8Array,
    private readonly parts: (Uint8Array | undefined)[],
  ) {
    this.bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  readAll(): unknown {
    const value = this.readValue();
    if (this.position !== this.bytes.length) throw malformed('a value is followed by something else');
    return value;
  }

  private readValue(): unknown {
    const tag = this.readByte();
    if (tag >= Tag.SmallInteger) return tag & 0x7f;
    switch (tag) {
      case Tag.Undefined:
        return undefined;
      case Tag.Null:
        return null;
      case Tag.True:
        return true;
      case Tag.False:
        return false;
      case Tag.Int8:
        return (this.readByte() << 24) >> 24;
      case Tag.Int32:
        return this.bytes.readInt32LE(this.take(4));
      case Tag.Double:
        return this.bytes.readDoubleLE(this.take(8));
      case Tag.BigInt:
        return this.readBigInt();
      case Tag.Latin1:
      case Tag.Utf16:
        return this.readCharacters(tag);
      case Tag.Reference:
        return this.readReference();
      default:
        return this.readObject(tag);
    }
  }

  private readObject(tag: Tag): object {
    if (++this.depth > maximumDepth)
      throw malformed(`a value is nested more than ${maximumDepth} levels deep`);
    const object = this.readObjectOf(tag);
    this.depth--;
    return object;
  }

  private readObjectOf(tag: Tag): object {
    switch (tag) {
      case Tag.Object:
        return this.readProperties();
      case Tag.Array:
        return this.readArray();
      case Tag.Doubles:
        return this.readDoubles();
      case Tag.Map:
        return this.readMap();
      case Tag.Set:
        return this.readSet();
      case Tag.Date:
        return this.begin(new Date(this.bytes.readDoubleLE(this.take(8))));
      case Tag.RegExp:
        return this.begin(new RegExp(this.readString(), this.readString()));
      case Tag.Error:
        return this.readError();
      case Tag.View:
        return this.begin(this.readView());
      case Tag.ViewInPart:
        return this.begin(this.readViewInPart());
      case Tag.Boxed:
        return this.readBoxed();
      default:
        throw malformed(`there is no tag ${tag}`);
    }
  }

  /** Invariant: objects are numbered in the order in which the writer began them. */
  private begin<T extends object>(object: T): T {
    this.objects.push(object);
    return object;
  }

  private readProperties(): object {
    const object: Record<string, unknown> = this.begin({});
    for (const key of this.readShape()) {
      const value = this.readValue();
      if (key === '__proto__') {
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      } else {
        object[key] = value;
      }
    }
    return object;
  }

  private readShape(): string[] {
    const number = this.readLength();
    const known = this.shapes[number];
    if (known) return known;
    if (number !== this.shapes.length) throw malformed(`there is no shape ${number}`);
    const keys: string[] = [];
    this.shapes.push(keys);
    for (let left = this.readLength(); left > 0; left--) keys.push(this.readString());
    return keys;
  }

  private readArray(): unknown[] {
    const array: unknown[] = this.begin([]);
    const length = this.readLength();
    // Grown by what is there, not by the length that the bytes claim.
    for (let i = 0; i < length; i++) {
      if (this.bytes[this.position] === Tag.Hole) {
        this.position++;
        this.readSparse(array, i, length);
        return array;
      }
      array.push(this.readValue());
    }
    return array;
  }

  private readSparse(array: unknown[], from: number, length: number): void {
    if (length <= shortSparseArray) {
      array.length = length;
    } else {
      // A property of its own kind makes V8 keep the elements in a table; plain growth could take 256 MiB.
      Object.defineProperty(array, length - 1, { configurable: true, enumerable: false, writable: true });
      Reflect.deleteProperty(array, length - 1);
    }
    for (let left = this.readLength(); left > 0; left--) {
      const index = this.readValue();
      if (!Number.isInteger(index) || (index as number) < from || (index as number) >= length) {
        throw malformed('an array has an element outside of it');
      }
      array[index as number] = this.readValue();
    }
  }

  private readDoubles(): number[] {
    const length = this.readLength();
    const start = this.take(8 * length);
    const { buffer, byteOffset } = this.bytes;
    // Copied once to a place that is aligned: reading doubles there is several times as fast.
    const doubles = new Float64Array(buffer.slice(byteOffset + start, byteOffset + start + 8 * length));
    const array = this.begin(new Array<number>(length));
    for (let i = 0; i < length; i++) array[i] = doubles[i] as number;
    return array;
  }

  private readMap(): Map<unknown, unknown> {
    const map = this.begin(new Map<unknown, unknown>());
    for (let left = this.readLength(); left > 0; left--) {
      const key = this.readValue();
      map.set(key, this.readValue());
    }
    return map;
  }

  private readSet(): Set<unknown> {
    const set = this.begin(new Set<unknown>());
    for (let left = this.readLength(); left > 0; left--) set.add(this.readValue());
    return set;
  }

  private readError(): Error {
    const name = this.readString();
    const message = this.readOptionalString();
    const stack = this.readOptionalString();
    const error = this.begin(new (errorClasses.get(name) ?? Error)(message));
    define(error, 'stack', stack);
    if (this.readByte() === Tag.True) define(error, 'cause', this.readValue());
    return error;
  }

  private readBoxed(): object {
    const number = this.objects.length;
    this.begin({});
    const value = this.readValue();
    if (typeof value === 'object' || value === undefined) throw malformed('a boxed value is not a primitive');
    return (this.objects[number] = Object(value) as object);
  }

  private readView(): Binary {
    const kind = this.readByte();
    const length = this.readLength();
    const start = this.take(length);
    return binaryFrom(kind, this.bytes.subarray(start, start + length));
  }

  private readViewInPart(): Binary {
    const kind = this.readByte();
    const number = this.readLength();
    const part = this.parts[number];
    if (!part) throw malformed(`there is no part ${number}`);
    this.parts[number] = undefined;
    return binaryFrom(kind, part);
  }

  private readReference(): object {
    const number = this.readLength();
    const object = this.objects[number];
    if (!object) throw malformed(`there is no object ${number}`);
    return object;
  }

  private readBigInt(): bigint {
    const negative = this.readByte() === 1;
    const digits = this.readString();
    const value = BigInt(`0x${digits}`);
    return negative ? -value : value;
  }

  private readString(): string {
    return this.readCharacters(this.readByte());
  }

  private readOptionalString(): string | undefined {
    const tag = this.readByte();
    return tag === Tag.Undefined ? undefined : this.readCharacters(tag);
  }

  private readCharacters(tag: number): string {
    if (tag !== Tag.Latin1 && tag !== Tag.Utf16) throw malformed('something else is where a string must be');
    const length = this.readLength() * (tag === Tag.Utf16 ? 2 : 1);
    const start = this.take(length);
    return this.bytes.toString(tag === Tag.Utf16 ? 'utf16le' : 'latin1', start, start + length);
  }

  private readLength(): number {
    const length = this.readByte();
    return length === 0xff ? this.bytes.readUInt32LE(this.take(4)) : length;
  }

  private readByte(): number {
    const byte = this.bytes[this.position++];
    if (byte === undefined) throw truncated();
    return byte;
  }

  /** Moves over `bytes` bytes that must be there, and returns where they start. */
  private take(bytes: number): number {
    const start = this.position;
    if (bytes > this.bytes.length - start) throw truncated();
    this.position = start + bytes;
    return start;
  }
}

function define(error: Error, property: string, value: unknown): void {
  Object.defineProperty(error, property, { value, writable: true, enumerable: false, configurable: true });
}

function truncated(): LockstepError {
  return malformed('a value ends too early');
}

function malformed(problem: string): LockstepError {
  return new LockstepError('malformed', { problem });
}
