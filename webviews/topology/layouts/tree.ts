import type { Area, Arrangement } from './arrangement';

/** The parent in the binomial tree rooted at rank 0: the rank without its lowest set bit. */
export function binomialParent(rank: number): number | undefined {
  return rank === 0 ? undefined : rank & (rank - 1);
}

/**
 * The binomial tree that broadcasts and reductions take, root at rank 0. Leaves get equal room, a parent stands over the
 * middle of its children; in a high area the tree grows to the right instead of down.
 */
export function tree(size: number, area: Area): Arrangement {
  const children = Array.from({ length: size }, (): number[] => []);
  const links: [number, number][] = [];
  for (let rank = 1; rank < size; rank += 1) {
    const parent = binomialParent(rank) ?? 0;
    children[parent]?.push(rank);
    links.push([parent, rank]);
  }
  const across = new Array<number>(size).fill(0);
  const depth = new Array<number>(size).fill(0);
  let leaves = 0;
  const visit = (rank: number, level: number): number => {
    depth[rank] = level;
    const below = children[rank] ?? [];
    const positions = below.map((child) => visit(child, level + 1));
    const first = positions[0];
    const last = positions[positions.length - 1];
    const position = first === undefined || last === undefined ? leaves++ : (first + last) / 2;
    across[rank] = position;
    return position;
  };
  visit(0, 0);
  const deepest = Math.max(1, ...depth);
  const sideways = area.height > area.width * 1.1;
  const places = across.map((position, rank) => {
    const a = leaves === 1 ? 0.5 : position / (leaves - 1);
    const d = size === 1 ? 0.5 : (depth[rank] ?? 0) / deepest;
    return {
      x: area.left + area.width * (sideways ? d : a),
      y: area.top + area.height * (sideways ? a : d),
    };
  });
  return { places, links };
}
