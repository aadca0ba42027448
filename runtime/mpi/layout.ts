/**
 * Buffers of typed arrays: which elements a message takes, and where it puts them (MPI standard 4.0, section 5.1.2: the
 * vector and indexed datatypes, and the contiguous one, which is the array itself or a `subarray` of it).
 */
import type { Message } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import { decodeInto, isPayloadOf, payloadElements, payloadName } from '../core/codec';
import { show } from './arguments';

/** An array that messages are received into: its elements travel as they lie in memory. */
export type NumberArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** Runs of elements of a typed array that a message takes, or is put into: made by {@link vector} and {@link indexed}. */
export class Layout<A extends NumberArray = NumberArray> {
  /** How many elements it has. */
  readonly length: number;

  /** @internal Starts and lengths of the runs, in elements. */
  constructor(
    readonly array: A,
    private readonly starts: readonly number[],
    private readonly lengths: readonly number[],
  ) {
    this.length = lengths.reduce((sum, length) => sum + length, 0);
  }

  /** The elements in their order, in an array of their own. */
  pack(): A {
    const packed = new (this.array.constructor as new (length: number) => A)(this.length);
    let at = 0;
    this.starts.forEach((start, i) => {
      const length = this.lengths[i] as number;
      packed.set(this.array.subarray(start, start + length) as never, at);
      at += length;
    });
    return packed;
  }

  /** Puts elements where they belong; there may be fewer. */
  unpack(elements: A): void {
    let at = 0;
    for (let i = 0; at < elements.length; i += 1) {
      const length = this.lengths[i] as number;
      this.array.set(elements.subarray(at, at + length) as never, this.starts[i]);
      at += length;
    }
  }
}

/** What a message is received into. */
export type ReceiveBuffer = NumberArray | Layout;

/**
 * Every `stride`-th run of elements, as `MPI_Type_vector`: a column of a matrix, or a block of one.
 *
 * @param array what the elements belong to
 * @param shape `count` runs of `blockLength` elements (1 if absent); the first starts at `offset` (0 if absent), each
 *   next one `stride` elements after the one before (`blockLength` if absent)
 * @throws LockstepError `badBuffer` if it reaches beyond the array
 * @example
 * const column = vector(matrix, { count: rows, stride: columns, offset: 2 });
 * world.send(column, 1);
 * world.recvInto(column, 1);
 */
export function vector<A extends NumberArray>(
  array: A,
  shape: { count: number; blockLength?: number; stride?: number; offset?: number },
): Layout<A> {
  const { count, blockLength = 1, stride = blockLength, offset = 0 } = shape;
  for (const [name, value] of Object.entries({ count, blockLength, offset })) {
    if (!Number.isInteger(value) || value < 0) throw badNumber('vector', name, value);
  }
  if (!Number.isInteger(stride)) throw badNumber('vector', 'stride', stride);
  const starts = Array.from({ length: count }, (_, i) => offset + i * stride);
  return layout('vector', array, starts, new Array<number>(count).fill(blockLength));
}

/**
 * Runs of elements at any places, as `MPI_Type_indexed`.
 *
 * @param array what the elements belong to
 * @param displacements where each run starts, in elements
 * @param blockLengths how long each run is; a number for all of them; 1 if absent
 * @throws LockstepError `badBuffer` if it reaches beyond the array, or the two lists differ in length
 * @example
 * const diagonal = indexed(matrix, range(n).map((i) => i * (n + 1)));
 */
export function indexed<A extends NumberArray>(
  array: A,
  displacements: readonly number[],
  blockLengths: number | readonly number[] = 1,
): Layout<A> {
  const lengths =
    typeof blockLengths === 'number'
      ? new Array<number>(displacements.length).fill(blockLengths)
      : blockLengths;
  if (lengths.length !== displacements.length) {
    const problem = `it has ${displacements.length} displacements and ${lengths.length} block lengths`;
    throw new LockstepError('badBuffer', { operation: 'indexed', problem });
  }
  for (const length of lengths) {
    if (!Number.isInteger(length) || length < 0) throw badNumber('indexed', 'a block length', length);
  }
  return layout('indexed', array, displacements, lengths);
}

function layout<A extends NumberArray>(
  operation: string,
  array: A,
  starts: readonly number[],
  lengths: readonly number[],
): Layout<A> {
  if (!isNumberArray(array)) {
    throw new LockstepError('badBuffer', { operation, problem: `${show(array)} is no typed array` });
  }
  starts.forEach((start, i) => {
    const length = lengths[i] as number;
    if (Number.isInteger(start) && start >= 0 && start + length <= array.length) return;
    const problem = `its run of ${length} elements at ${show(start)} is not within the array of ${array.length}`;
    throw new LockstepError('badBuffer', { operation, problem });
  });
  return new Layout(array, starts, lengths);
}

/** Throws LockstepError(badBuffer) for what no message can be received into. */
export function checkBuffer(operation: string, buffer: unknown): void {
  if (buffer instanceof Layout || isNumberArray(buffer)) return;
  const problem = `it receives into a typed array or a part of one made by vector or indexed, and got ${show(buffer)}`;
  throw new LockstepError('badBuffer', { operation, problem });
}

/** Puts a received message into a buffer; throws LockstepError `typeMismatch` or `truncated`. */
export function receiveInto(operation: string, buffer: ReceiveBuffer, message: Message): void {
  const { envelope, payload } = message;
  const { source, tag } = envelope;
  const array = buffer instanceof Layout ? buffer.array : buffer;
  if (!isPayloadOf(payload.kind, array)) {
    const sent = payloadName(payload.kind);
    throw new LockstepError('typeMismatch', { operation, source, tag, sent, buffer: nameOf(array) });
  }
  const sent = payloadElements(payload.kind, envelope.bytes);
  if (sent > buffer.length) {
    throw new LockstepError('truncated', { operation, source, tag, sent, room: buffer.length });
  }
  if (sent === 0) return;
  if (buffer instanceof Layout) {
    const elements = new (array.constructor as new (length: number) => NumberArray)(sent);
    decodeInto(payload, elements);
    buffer.unpack(elements);
  } else decodeInto(payload, buffer);
}

function isNumberArray(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function nameOf(array: NumberArray): string {
  return array[Symbol.toStringTag];
}

function badNumber(operation: string, name: string, value: unknown): LockstepError {
  const problem = `${name} ${show(value)} is not a whole number${name === 'stride' ? '' : ' from 0 on'}`;
  return new LockstepError('badBuffer', { operation, problem });
}

/**
 * The result of a call, in the typed array that the program has given for it. Throws LockstepError `badBuffer` if it
 * does not fit.
 */
export function resultInto<T>(operation: string, into: NumberArray | undefined, result: T): T {
  if (!into || into === (result as unknown)) return result;
  if (!ArrayBuffer.isView(result) || result.constructor !== into.constructor) {
    const problem = `the result is ${show(result)}, and the array to take it is a ${into.constructor.name}`;
    throw new LockstepError('badBuffer', { operation, problem });
  }
  const { length } = result as unknown as NumberArray;
  if (length !== into.length) {
    const problem = `the result has ${length} elements, and the array to take it has ${into.length}`;
    throw new LockstepError('badBuffer', { operation, problem });
  }
  into.set(result as never);
  return into as T;
}

/** True if the data are a typed array of the same type and length. */
export function isLike(array: NumberArray, data: unknown): boolean {
  return (
    ArrayBuffer.isView(data) &&
    data.constructor === array.constructor &&
    (data as NumberArray).length === array.length
  );
}
