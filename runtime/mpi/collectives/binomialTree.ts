/** The binomial tree of a root, which several collectives go up or down. Ranks are counted from the root. */
import type { Participant } from './schedule';

/** A node's place in the tree. */
export interface TreePlace {
  /** Rank counted from the root, which is 0. */
  relative: number;
  /** Rank of the parent; undefined at the root. */
  parent: number | undefined;
  /** The children, the one with the largest subtree first. */
  children: Subtree[];
  /** How many nodes, from `relative` on, are in the subtree of this one. */
  nodes: number;
}

/** A child and the nodes below it: `nodes` of them, from `relative` on. */
export interface Subtree {
  rank: number;
  relative: number;
  nodes: number;
}

/**
 * Where a node stands: its parent has the same relative rank without the lowest bit that is set, its children one
 * lower bit more. The subtree of a node is a run of consecutive relative ranks.
 */
export function placeInTree({ rank, size }: Pick<Participant, 'rank' | 'size'>, root: number): TreePlace {
  const relative = (rank - root + size) % size;
  let bit = 1;
  while (bit < size && (relative & bit) === 0) bit *= 2;
  const children: Subtree[] = [];
  for (let below = bit / 2; below >= 1; below /= 2) {
    const first = relative + below;
    if (first >= size) continue;
    children.push({ rank: (first + root) % size, relative: first, nodes: Math.min(below, size - first) });
  }
  const parent = relative === 0 ? undefined : (rank - bit + size) % size;
  return { relative, parent, children, nodes: Math.min(bit, size - relative) };
}
