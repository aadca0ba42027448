/** Writes any structured-clonable value as bytes (see valueFormat.ts), large binary data beside it. */
import { types } from 'node:util';
import { LockstepError } from '../protocol/errors';
import { type Binary, binaryKindOf, bytesOf } from './binaryViews';
import { notClonable } from './notClonable';
import { PrimitiveWriter } from './primitiveWriter';
import { Tag, maximumDepth, maximumParts, outOfBandBytes } from './valueFormat';

/** How many of the latest shapes an object's keys are compared with. */
const shapesCompared = 8;

/** One value at a time: `write`, take `bytes` and `parts`, `reset`. What was taken is valid until the next write. */
export class ValueWriter extends PrimitiveWriter {
  /** Binary data that travels beside the value; views of the program's own memory. */
  parts: Uint8Array[] = [];

  private operation = '';
  private depth = 0;
  private objects = 0;
  private root: unknown;
  private numbers: Map<object, number> | undefined;
  private shapes: string[][] = [];

  /** `operation` is the call to name where the value cannot travel. */
  write(value: unknown, operation: string): void {
    this.operation = operation;
    this.root = value;
    this.writeValue(value);
  }

  override reset(): void {
    super.reset();
    this.depth = 0;
    this.objects = 0;
    this.root = undefined;
    this.numbers = undefined;
    if (this.shapes.length > 0) this.shapes = [];
    if (this.parts.length > 0) this.parts = [];
  }

  private writeValue(value: unknown): void {
    switch (typeof value) {
      case 'number':
        return this.writeNumber(value);
      case 'string':
        return this.writeString(value);
      case 'object':
        return value === null ? this.writeByte(Tag.Null) : this.writeObject(value);
      case 'boolean':
        return this.writeByte(value ? Tag.True : Tag.False);
      case 'undefined':
        return this.writeByte(Tag.Undefined);
      case 'bigint':
        this.writeByte(Tag.BigInt);
        this.writeByte(value < 0n ? 1 : 0);
        return this.writeString((value < 0n ? -value : value).toString(16));
      default:
        throw notClonable(this.operation, this.root, value);
    }
  }

  private writeObject(value: object): void {
    if (!this.isNew(value)) return;
    if (++this.depth > maximumDepth) {
      throw new LockstepError('notClonable', {
        operation: this.operation,
        problem: `it is nested more than ${maximumDepth} levels deep`,
      });
    }
    if (Array.isArray(value)) this.writeArray(value);
    else {
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype === Object.prototype || prototype === null) this.writeProperties(value);
      else this.writeSpecial(value);
    }
    this.depth--;
  }

  /** Numbers the object, or writes a reference to it if it has been written already. */
  private isNew(value: object): boolean {
    const number = this.objects++;
    // The first object needs a map only once there is a second.
    if (number === 0 && value === this.root) return true;
    if (this.numbers === undefined) {
      this.numbers = new Map();
      if (typeof this.root === 'object' && this.root !== null) this.numbers.set(this.root, 0);
    }
    const earlier = this.numbers.get(value);
    if (earlier === undefined) {
      this.numbers.set(value, number);
      return true;
    }
    this.objects--;
    this.writeByte(Tag.Reference);
    this.writeLength(earlier);
    return false;
  }

  private writeProperties(value: object): void {
    const keys = Object.keys(value);
    this.writeByte(Tag.Object);
    this.writeShape(keys);
    for (const key of keys) this.writeValue((value as Record<string, unknown>)[key]);
  }

  private writeShape(keys: string[]): void {
    const { shapes } = this;
    const oldest = Math.max(0, shapes.length - shapesCompared);
    for (let number = shapes.length - 1; number >= oldest; number--) {
      const shape = shapes[number];
      if (shape && sameKeys(shape, keys)) return this.writeLength(number);
    }
    this.writeLength(shapes.length);
    shapes.push(keys);
    this.writeLength(keys.length);
    for (const key of keys) this.writeString(key);
  }

  private writeArray(array: unknown[]): void {
    const { length } = array;
    if (length >= 8 && typeof array[0] === 'number' && allNumbers(array)) {
      this.writeByte(Tag.Doubles);
      this.writeLength(length);
      return this.writeBytes(bytesOf(new Float64Array(array)));
    }
    this.writeByte(Tag.Array);
    this.writeLength(length);
    for (let i = 0; i < length; i++) {
      const element = array[i];
      if (element === undefined && !(i in array)) return this.writeSparse(array, i);
      this.writeValue(element);
    }
  }

  private writeSparse(array: unknown[], from: number): void {
    const indices = Object.keys(array)
      .filter((key) => String(Number(key)) === key)
      .map(Number)
      .filter((index) => Number.isInteger(index) && index >= from && index < array.length);
    this.writeByte(Tag.Hole);
    this.writeLength(indices.length);
    for (const index of indices) {
      this.writeNumber(index);
      this.writeValue(array[index]);
    }
  }

  private writeSpecial(value: object): void {
    if (ArrayBuffer.isView(value) || types.isArrayBuffer(value)) return this.writeBinary(value);
    if (types.isMap(value)) {
      const entries = [...value];
      this.writeByte(Tag.Map);
      this.writeLength(entries.length);
      for (const [key, entry] of entries) {
        this.writeValue(key);
        this.writeValue(entry);
      }
    } else if (types.isSet(value)) {
      const elements = [...value];
      this.writeByte(Tag.Set);
      this.writeLength(elements.length);
      for (const element of elements) this.writeValue(element);
    } else if (types.isDate(value)) {
      this.writeDouble(Tag.Date, value.getTime());
    } else if (types.isNativeError(value)) {
      this.writeError(value);
    } else if (types.isRegExp(value)) {
      this.writeByte(Tag.RegExp);
      this.writeString(value.source);
      this.writeString(value.flags);
    } else if (types.isBoxedPrimitive(value) && !types.isSymbolObject(value)) {
      this.writeByte(Tag.Boxed);
      this.writeValue(value.valueOf());
    } else if (isBoundToThisProcess(value)) {
      throw notClonable(this.operation, this.root, value);
    } else {
      this.writeProperties(value);
    }
  }

  private writeError(error: Error): void {
    this.writeByte(Tag.Error);
    this.writeString(String(error.name));
    this.writeValue(typeof error.message === 'string' ? error.message : undefined);
    this.writeValue(typeof error.stack === 'string' ? error.stack : undefined);
    const hasCause = Object.hasOwn(error, 'cause');
    this.writeByte(hasCause ? Tag.True : Tag.False);
    if (hasCause) this.writeValue(error.cause);
  }

  private writeBinary(binary: Binary): void {
    const kind = binaryKindOf(binary);
    if (kind === undefined) throw notClonable(this.operation, this.root, binary);
    const bytes = bytesOf(binary);
    if (bytes.byteLength >= outOfBandBytes && this.parts.length < maximumParts) {
      this.writeByte(Tag.ViewInPart);
      this.writeByte(kind);
      this.writeLength(this.parts.length);
      this.parts.push(bytes);
    } else {
      this.writeByte(Tag.View);
      this.writeByte(kind);
      this.writeLength(bytes.byteLength);
      this.writeBytes(bytes);
    }
  }
}

function sameKeys(a: string[], b: string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function allNumbers(array: unknown[]): array is number[] {
  for (let i = 0; i < array.length; i++) if (typeof array[i] !== 'number') return false;
  return true;
}

/** Objects that mean nothing in another process, though they look like empty ones from outside. */
function isBoundToThisProcess(value: object): boolean {
  return (
    types.isPromise(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    value instanceof WeakRef ||
    value instanceof FinalizationRegistry ||
    types.isSharedArrayBuffer(value) ||
    types.isGeneratorObject(value) ||
    types.isMapIterator(value) ||
    types.isSetIterator(value) ||
    types.isSymbolObject(value) ||
    types.isExternal(value) ||
    value instanceof MessagePort
  );
}
