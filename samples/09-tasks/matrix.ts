/** A square matrix, row after row. */
export type Matrix = Float64Array;

export const order = 240;

/** A matrix that looks random and is the same each time. */
export function matrix(seed: number): Matrix {
  return Float64Array.from({ length: order * order }, (_, i) => (((i + seed) * 7919) % 101) - 50);
}

/** Some rows of a product: the rows of the first matrix times the whole second one. */
export function multiplyRows(rows: Float64Array, b: Matrix): Float64Array {
  const product = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i += order) {
    for (let k = 0; k < order; k++) {
      const factor = rows[i + k];
      for (let j = 0; j < order; j++) product[i + j] += factor * b[k * order + j];
    }
  }
  return product;
}

/** The sum of the elements on the diagonal. */
export function trace(a: Matrix): number {
  let sum = 0;
  for (let i = 0; i < order; i++) sum += a[i * (order + 1)];
  return sum;
}
