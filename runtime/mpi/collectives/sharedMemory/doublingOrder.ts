/**
 * Combines what all ranks have in the order in which recursive doubling does it: with p = 2^m + extra, the first 2 * extra
 * pair up, then neighbours, then pairs of neighbours, and so on; always lower before higher (R. Thakur et al., 2005, section 4.5).
 * Whoever computes this expression gets the same result, to the last bit.
 */
import { powerOfTwoUpTo } from '../schedule';

/** `lower` and `higher` are the first ranks of what `a` and `b` combine; `isLast` tells the whole. */
export type Join<T> = (a: T, b: T, lower: number, higher: number, isLast: boolean) => T;

/** The combination of `valueAt(rank)` over all ranks. */
export function inDoublingOrder<T>(size: number, valueAt: (rank: number) => T, join: Join<T>): T {
  if (size === 2) return join(valueAt(0), valueAt(1), 0, 1, true);
  const count = powerOfTwoUpTo(size);
  const extra = size - count;
  const rankAt = (place: number): number => (place < extra ? 2 * place : place + extra);
  const over = (place: number, places: number): T => {
    const rank = rankAt(place);
    if (places > 1) {
      const half = places / 2;
      const [a, b] = [over(place, half), over(place + half, half)];
      return join(a, b, rank, rankAt(place + half), places === count);
    }
    if (place >= extra) return valueAt(rank);
    return join(valueAt(rank), valueAt(rank + 1), rank, rank + 1, count === 1);
  };
  return over(0, count);
}
