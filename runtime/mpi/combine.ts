import { LockstepError } from '../protocol/errors';
import { type Located, Operation, type ReduceOperation, type ScalarRules } from './operations';

/** Whose contributions are combined, for the error that names them. */
export interface Contributions {
  /** The collective call: `reduce`, `allreduce`. */
  call: string;
  /** Ranks that gave the lower and the higher contribution. */
  lower: number;
  higher: number;
}

type NumberArray = Float64Array;
type BigIntArray = BigInt64Array;

/**
 * Combines the contribution of lower ranks with that of higher ones, in this order. A typed array that
 * results lies in the memory of `owned`, which is one of the two.
 */
export function combine<T>(
  operation: ReduceOperation<T>,
  lower: T,
  higher: T,
  owned: T,
  from: Contributions,
): T {
  if (!(operation instanceof Operation)) return operation(lower, higher);
  return combineValues(operation, lower, higher, owned, from) as T;
}

function combineValues(
  operation: Operation,
  a: unknown,
  b: unknown,
  owned: unknown,
  from: Contributions,
): unknown {
  const { rules } = operation;
  if (typeof a === 'number' && typeof b === 'number' && rules.number) {
    return combineNumbers(operation, rules.number, a, b, from);
  }
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return combineViews(operation, a, b, owned, from);
  if (Array.isArray(a) && Array.isArray(b)) return combineArrays(operation, a, b, from);

  const [typeOfA, typeOfB] = [describe(a), describe(b)];
  if (typeOfA !== typeOfB) {
    throw bad(from, `node ${from.lower} gave ${typeOfA} and node ${from.higher} gave ${typeOfB}`);
  }
  const rule = rules[typeof a as keyof ScalarRules] as ((a: unknown, b: unknown) => unknown) | undefined;
  if (rule === undefined) throw unsupported(operation, typeOfA, from);
  return rule(a, b);
}

function combineNumbers(
  operation: Operation,
  rule: (a: number, b: number) => number,
  a: number,
  b: number,
  from: Contributions,
): number {
  try {
    return rule(a, b);
  } catch {
    throw bad(from, `${operation.name} works on whole numbers, and here it got ${a} and ${b}`);
  }
}

function combineArrays(operation: Operation, a: unknown[], b: unknown[], from: Contributions): unknown[] {
  const { located } = operation.rules;
  if (located && isLocated(a) && isLocated(b)) return [...located(a, b)];
  checkLengths(a, b, from);
  return a.map((element, i) => combineValues(operation, element, b[i], undefined, from));
}

function combineViews(
  operation: Operation,
  a: ArrayBufferView,
  b: ArrayBufferView,
  owned: unknown,
  from: Contributions,
): ArrayBufferView {
  if (typeOf(a) !== typeOf(b)) {
    throw bad(from, `node ${from.lower} gave ${describe(a)} and node ${from.higher} gave ${describe(b)}`);
  }
  const result = owned as ArrayBufferView;
  if (isBigIntArray(a) && operation.rules.bigint) {
    checkLengths(a, b as BigIntArray, from);
    eachBigInt(operation.rules.bigint, a, b as BigIntArray, result as BigIntArray);
  } else if (!isBigIntArray(a) && !(a instanceof DataView) && operation.rules.number) {
    checkLengths(a as NumberArray, b as NumberArray, from);
    try {
      const { number, numbers } = operation.rules;
      if (numbers) numbers(a as NumberArray, b as NumberArray, result as NumberArray);
      else eachNumber(number, a as NumberArray, b as NumberArray, result as NumberArray);
    } catch {
      throw bad(from, `${operation.name} works on whole numbers, and the ${describe(a).slice(2)} has others`);
    }
  } else {
    throw unsupported(operation, describe(a), from);
  }
  return result;
}

function typeOf(view: ArrayBufferView): string {
  return (view as NumberArray)[Symbol.toStringTag];
}

function eachNumber(
  rule: (a: number, b: number) => number,
  a: NumberArray,
  b: NumberArray,
  result: NumberArray,
): void {
  for (let i = 0; i < result.length; i++) result[i] = rule(a[i] as number, b[i] as number);
}

function eachBigInt(
  rule: (a: bigint, b: bigint) => bigint,
  a: BigIntArray,
  b: BigIntArray,
  result: BigIntArray,
): void {
  for (let i = 0; i < result.length; i++) result[i] = rule(a[i] as bigint, b[i] as bigint);
}

function isBigIntArray(view: ArrayBufferView): view is BigIntArray {
  return view instanceof BigInt64Array || view instanceof BigUint64Array;
}

function isLocated(array: readonly unknown[]): array is Located {
  const [value, index] = array;
  return array.length === 2 && ['number', 'bigint'].includes(typeof value) && typeof index === 'number';
}

function checkLengths(a: { length: number }, b: { length: number }, from: Contributions): void {
  if (a.length === b.length) return;
  const counts = `node ${from.lower} gave ${elements(a.length)} and node ${from.higher} gave ${elements(b.length)}`;
  throw bad(from, `${counts}; all must give equally many`);
}

function elements(count: number): string {
  return count === 1 ? '1 element' : `${count} elements`;
}

function unsupported(operation: Operation, type: string, from: Contributions): LockstepError {
  const problem = operation.rules.located
    ? `${operation.name} works on [value, index] pairs and arrays of them, and node ${from.lower} gave ${type}`
    : `${operation.name} does not work on ${type}, which is what node ${from.lower} gave`;
  return bad(from, `${problem}. Combine it with a function of your own: (a, b) => …`);
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  const name = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (name === 'Array' || name === 'Object') return `an ${name.toLowerCase()}`;
  return /^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`;
}

function bad(from: Contributions, problem: string): LockstepError {
  return new LockstepError('badCount', { operation: from.call, problem });
}
