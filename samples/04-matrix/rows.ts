/** Rows of a square matrix of n columns, one after the other: element (i, j) is at `i * n + j`. */
export type Rows = Float64Array;

/**
 * Rows `first` to `last` (not included) of a matrix of numbers between 0 and 1 that look random. They depend on
 * nothing but the matrix's name and their place, so that every node gets the same matrix without a message.
 */
export function randomRows(name: string, first: number, last: number, n: number): Rows {
  const rows = new Float64Array((last - first) * n);
  const seed = name.charCodeAt(0);
  for (let i = first; i < last; i++) {
    for (let j = 0; j < n; j++) rows[(i - first) * n + j] = scramble(seed, i, j) / 2 ** 32;
  }
  return rows;
}

/** A whole number from 0 to 2³² - 1 in which every bit of the three numbers counts. */
function scramble(seed: number, i: number, j: number): number {
  let bits = Math.imul(seed, 0x9e3779b1) ^ Math.imul(i + 1, 0x85ebca6b) ^ Math.imul(j + 1, 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** c += a × b, where `b` holds only the rows from `firstRow` on: they meet the columns of `a` of the same numbers. */
export function multiplyAdd(c: Rows, a: Rows, b: Rows, firstRow: number, n: number): void {
  for (let i = 0; i < c.length / n; i++) {
    for (let k = 0; k < b.length / n; k++) {
      const factor = a[i * n + firstRow + k];
      for (let j = 0; j < n; j++) c[i * n + j] += factor * b[k * n + j];
    }
  }
}

/** a × b as in the textbook: each element is a row of `a` times a column of `b`. */
export function serialProduct(a: Rows, b: Rows, n: number): Rows {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
  }
  return c;
}

export function diagonalSum(a: Rows, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i * n + i];
  return sum;
}

export function largestDifference(a: Rows, b: Rows): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}
