/** Numbers that look random and are the same each time. */
export function numbers(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => (i * 7_368_787) % 1_000_003);
}

/** Two sorted arrays as one. */
export function mergeSorted(left: Float64Array, right: Float64Array): Float64Array {
  const merged = new Float64Array(left.length + right.length);
  let [l, r] = [0, 0];
  for (let i = 0; i < merged.length; i++) {
    merged[i] = r >= right.length || (l < left.length && left[l] <= right[r]) ? left[l++] : right[r++];
  }
  return merged;
}
