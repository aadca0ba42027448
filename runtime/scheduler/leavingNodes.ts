import type { NodeRecord } from './nodeRecord';

/** What decides which nodes leave. */
export type Leaver = Pick<NodeRecord, 'rank' | 'running' | 'outstandingMs' | 'cordoned'> & {
  held: Pick<NodeRecord['held'], 'size'>;
};

/**
 * The nodes that leave first, so many of them: those that take no tasks anyway, then those that run nothing, then those with
 * the least work, with the fewest results that others may need; of equals the newest.
 */
export function leavingNodes(nodes: readonly Leaver[], count: number): number[] {
  const order = [...nodes].sort(
    (a, b) =>
      Number(b.cordoned) - Number(a.cordoned) ||
      Math.min(a.running, 1) - Math.min(b.running, 1) ||
      a.outstandingMs - b.outstandingMs ||
      a.held.size - b.held.size ||
      b.rank - a.rank,
  );
  return order.slice(0, count).map(({ rank }) => rank);
}
