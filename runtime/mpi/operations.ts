/**
 * The operations of `reduce` and `allreduce` (MPI standard 4.0, section 6.9.2). They work on numbers, bigints and
 * booleans where that makes sense, and element by element on typed arrays and on arrays. A function of one's own,
 * `(a, b) => c`, is an operation too.
 */

/** How an operation works on each type of scalar; a missing one is refused with a clear error. */
export interface ScalarRules {
  readonly number?: (a: number, b: number) => number;
  readonly bigint?: (a: bigint, b: bigint) => bigint;
  readonly boolean?: (a: boolean, b: boolean) => boolean;
  readonly string?: (a: string, b: string) => string;
  /**
   * The same as `number` for the elements of two typed arrays, into a third, which may be one of the two. A loop of its own
   * for each operation is several times as fast as one loop that calls the rule.
   */
  readonly numbers?: (a: NumberElements, b: NumberElements, result: NumberElements) => void;
  /** On `[value, index]`; then the scalars are pairs. */
  readonly located?: (a: Located, b: Located) => Located;
}

/** A typed array of numbers: all of them share what is used here. */
export type NumberElements = Float64Array;

/** What MINLOC and MAXLOC work on: a value and where it is, mostly the rank that has it. */
export type Located = readonly [value: number | bigint, index: number];

/** A predefined operation, such as {@link SUM}. */
export class Operation {
  constructor(
    /** As in the standard, without `MPI_`. */
    readonly name: string,
    readonly rules: ScalarRules,
    /** True if `a` and `b` may change places, so that contributions can be combined in any order. */
    readonly commutes = true,
  ) {}
}

/** A function that combines two contributions; see {@link ReduceOperation}. */
export type Combine<T> = (a: T, b: T) => T;

/**
 * A predefined operation or a function `(a, b) => c`. The function must be associative, need not be commutative
 * (contributions are combined strictly in the order of ranks), and must return a new value, not change `a` or `b`.
 */
export type ReduceOperation<T> = Operation | Combine<T>;

const truth = (condition: boolean): number => (condition ? 1 : 0);

/** A bitwise operation on numbers: 32 bits as JavaScript does it, or up to 53 by way of bigint. */
const bitwise =
  (narrow: (a: number, b: number) => number, wide: (a: bigint, b: bigint) => bigint) =>
  (a: number, b: number): number => {
    if ((a | 0) === a && (b | 0) === b) return narrow(a, b);
    // BigInt refuses fractions with a RangeError that names the number.
    return Number(wide(BigInt(a), BigInt(b)));
  };

/** Sum. */
export const SUM = new Operation('SUM', {
  number: (a, b) => a + b,
  numbers: (a, b, result) => {
    for (let i = 0; i < result.length; i += 1) result[i] = (a[i] as number) + (b[i] as number);
  },
  bigint: (a, b) => a + b,
});

/** Product. */
export const PROD = new Operation('PROD', {
  number: (a, b) => a * b,
  numbers: (a, b, result) => {
    for (let i = 0; i < result.length; i += 1) result[i] = (a[i] as number) * (b[i] as number);
  },
  bigint: (a, b) => a * b,
});

/** Smallest; NaN if there is one. */
export const MIN = new Operation('MIN', {
  number: Math.min,
  numbers: (a, b, result) => {
    for (let i = 0; i < result.length; i += 1) result[i] = Math.min(a[i] as number, b[i] as number);
  },
  bigint: (a, b) => (b < a ? b : a),
  string: (a, b) => (b < a ? b : a),
});

/** Largest; NaN if there is one. */
export const MAX = new Operation('MAX', {
  number: Math.max,
  numbers: (a, b, result) => {
    for (let i = 0; i < result.length; i += 1) result[i] = Math.max(a[i] as number, b[i] as number);
  },
  bigint: (a, b) => (b > a ? b : a),
  string: (a, b) => (b > a ? b : a),
});

/** Smallest of `[value, index]` pairs; of equal values the one with the lowest index. */
export const MINLOC = new Operation('MINLOC', {
  located: (a, b) => (a[0] < b[0] || (a[0] === b[0] && a[1] <= b[1]) ? a : b),
});

/** Largest of `[value, index]` pairs; of equal values the one with the lowest index. */
export const MAXLOC = new Operation('MAXLOC', {
  located: (a, b) => (a[0] > b[0] || (a[0] === b[0] && a[1] <= b[1]) ? a : b),
});

/** Logical and; numbers and bigints give 1 or 0. */
export const LAND = new Operation('LAND', {
  number: (a, b) => truth(a !== 0 && b !== 0),
  bigint: (a, b) => (a !== 0n && b !== 0n ? 1n : 0n),
  boolean: (a, b) => a && b,
});

/** Logical or; numbers and bigints give 1 or 0. */
export const LOR = new Operation('LOR', {
  number: (a, b) => truth(a !== 0 || b !== 0),
  bigint: (a, b) => (a !== 0n || b !== 0n ? 1n : 0n),
  boolean: (a, b) => a || b,
});

/** Logical exclusive or; numbers and bigints give 1 or 0. */
export const LXOR = new Operation('LXOR', {
  number: (a, b) => truth((a !== 0) !== (b !== 0)),
  bigint: (a, b) => ((a !== 0n) !== (b !== 0n) ? 1n : 0n),
  boolean: (a, b) => a !== b,
});

/** Bitwise and of whole numbers. */
export const BAND = new Operation('BAND', {
  number: bitwise(
    (a, b) => a & b,
    (a, b) => a & b,
  ),
  bigint: (a, b) => a & b,
});

/** Bitwise or of whole numbers. */
export const BOR = new Operation('BOR', {
  number: bitwise(
    (a, b) => a | b,
    (a, b) => a | b,
  ),
  bigint: (a, b) => a | b,
});

/** Bitwise exclusive or of whole numbers. */
export const BXOR = new Operation('BXOR', {
  number: bitwise(
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
  bigint: (a, b) => a ^ b,
});

/** The second value: what an accumulate with it does is an atomic put (MPI_REPLACE). */
export const REPLACE = new Operation('REPLACE', { number: (_, b) => b, bigint: (_, b) => b }, false);

/** The first value: what a fetch with it does is an atomic get (MPI_NO_OP). */
export const NO_OP = new Operation('NO_OP', { number: (a) => a, bigint: (a) => a }, false);
