/**
 * Coordinates of a Cartesian grid (MPI standard 4.0, section 8.5). Ranks go through the grid row by row: the last
 * coordinate changes fastest.
 */
import { PROC_NULL } from '../../protocol/envelope';

/** A grid of nodes. */
export interface Grid {
  /** Nodes along each dimension. */
  readonly dims: readonly number[];
  /** Whether a dimension closes to a ring. */
  readonly periods: readonly boolean[];
}

/** How many nodes a grid has. */
export function gridSize({ dims }: Grid): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Where a rank is. */
export function coordinatesOf({ dims }: Grid, rank: number): number[] {
  let rest = rank;
  const coordinates = new Array<number>(dims.length);
  for (let i = dims.length - 1; i >= 0; i--) {
    const dim = dims[i] as number;
    coordinates[i] = rest % dim;
    rest = Math.floor(rest / dim);
  }
  return coordinates;
}

/** Who is at a place; PROC_NULL beyond an end that does not close to a ring. */
export function rankAt({ dims, periods }: Grid, coordinates: readonly number[]): number {
  let rank = 0;
  for (const [i, dim] of dims.entries()) {
    const given = coordinates[i] as number;
    if (!periods[i] && (given < 0 || given >= dim)) return PROC_NULL;
    rank = rank * dim + (((given % dim) + dim) % dim);
  }
  return rank;
}

/** From whom and to whom data move that are shifted along a dimension. */
export function shiftBy(
  grid: Grid,
  rank: number,
  dimension: number,
  displacement: number,
): { source: number; destination: number } {
  const here = coordinatesOf(grid, rank);
  const away = (by: number) =>
    rankAt(
      grid,
      here.map((at, i) => (i === dimension ? at + by : at)),
    );
  return { source: away(-displacement), destination: away(displacement) };
}

/**
 * Dimensions for `nodes` nodes, as equal as they can be and not growing; those that are given and not 0 stay.
 * Undefined if the given ones do not divide `nodes`.
 */
export function balancedDims(nodes: number, given: readonly number[]): number[] | undefined {
  const fixed = given.reduce((product, dim) => product * (dim || 1), 1);
  if (nodes % fixed !== 0) return undefined;
  const open = given.filter((dim) => dim === 0).length;
  if (open === 0) return fixed === nodes ? [...given] : undefined;
  const shares = mostEqual(nodes / fixed, open);
  return given.map((dim) => dim || (shares.shift() as number));
}

/** Of all ways to write `product` as `count` factors, not growing, the one whose largest is smallest. */
function mostEqual(product: number, count: number): number[] {
  if (count === 1) return [product];
  let best: number[] | undefined;
  for (let factor = Math.ceil(product ** (1 / count) - 1e-9); factor <= product; factor++) {
    if (product % factor !== 0) continue;
    const rest = mostEqual(product / factor, count - 1);
    const all = [factor, ...rest].sort((a, b) => b - a);
    if (!best || isMoreEqual(all, best)) best = all;
    if (best[0] === factor) break;
  }
  return best as number[];
}

function isMoreEqual(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((factor, i) => factor !== b[i]);
  return at >= 0 && (a[at] as number) < (b[at] as number);
}
