/** Numbers in a row that grows, without an object each. */
export class Column {
  private values: Float64Array;
  length = 0;

  constructor(capacity = 1024) {
    this.values = new Float64Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  /** Changes the value at a place that is less than `length`. */
  set(index: number, value: number): void {
    this.values[index] = value;
  }

  /** The value at a place that is less than `length`. */
  at(index: number): number {
    return this.values[index] as number;
  }
}

/** The first place from which on `isLate` holds for all places up to `length`. */
export function firstPlace(length: number, isLate: (place: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isLate(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
