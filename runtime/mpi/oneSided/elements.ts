/** What one-sided calls do to elements: numbers or bigints of a typed array. */
import { LockstepError } from '../../protocol/errors';
import type { NumberArray } from '../layout';
import {
  BAND,
  BOR,
  BXOR,
  LAND,
  LOR,
  LXOR,
  MAX,
  MIN,
  NO_OP,
  Operation,
  PROD,
  REPLACE,
  SUM,
} from '../operations';

/** An element of a typed array. */
export type Element<A extends NumberArray> = A extends BigInt64Array | BigUint64Array ? bigint : number;

/** A typed array's class. */
export interface ArrayType<A extends NumberArray> {
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): A;
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
}

/** The operations of accumulates; an operation's place in this list travels: append only. */
const operations: readonly Operation[] = [
  SUM,
  PROD,
  MIN,
  MAX,
  LAND,
  LOR,
  LXOR,
  BAND,
  BOR,
  BXOR,
  REPLACE,
  NO_OP,
];
const bitwise: readonly Operation[] = [BAND, BOR, BXOR];

/** The class of a typed array. */
export function typeOf<A extends NumberArray>(array: A): ArrayType<A> {
  return array.constructor as unknown as ArrayType<A>;
}

/** A new typed array of a class. */
export function newArray<A extends NumberArray>(type: ArrayType<A>, length: number): A {
  return new type(new ArrayBuffer(length * type.BYTES_PER_ELEMENT));
}

/** The number of an operation; throws LockstepError(badWindow) for one that no accumulate can use on such elements. */
export function numberOfOperation(call: string, operation: unknown, elements: string): number {
  const number = operations.indexOf(operation as Operation);
  if (number < 0) {
    const given = operation instanceof Operation ? operation.name : 'a function of its own';
    const known = operations.map(({ name }) => name).join(', ');
    throw badWindow(
      call,
      `it cannot combine with ${given}, which the other node does not know; use one of ${known}`,
    );
  }
  if (bitwise.includes(operation as Operation) && elements.startsWith('Float')) {
    throw badWindow(
      call,
      `${(operation as Operation).name} works on whole numbers, and the window is a ${elements}`,
    );
  }
  return number;
}

/** The operation of a number. */
export function operationOf(number: number): Operation | undefined {
  return operations[number];
}

/** Combines elements of `array`, from `offset` on, with those of `data`. */
export function combineInto<A extends NumberArray>(
  array: A,
  offset: number,
  data: A,
  { rules }: Operation,
): void {
  // Which of the two it is, the class of the array decides.
  const rule = (data instanceof BigInt64Array || data instanceof BigUint64Array
    ? rules.bigint
    : rules.number) as unknown as (a: unknown, b: unknown) => number;
  for (let i = 0; i < data.length; i += 1) array[offset + i] = rule(array[offset + i], data[i]);
}

/** The error of a one-sided call that cannot be. */
export function badWindow(operation: string, problem: string): LockstepError {
  return new LockstepError('badWindow', { operation, problem });
}
