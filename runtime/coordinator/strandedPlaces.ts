import type { SourceLocation } from '../protocol/node';
import type { Standing } from './deadlock';

/** So many nodes look for their line at the same time: each takes a processor for some tenths of a second. */
const atOnce = 2;
/** A job of many nodes does not wait for the lines of all. */
const enoughMs = 1500;

/**
 * What the nodes stand in, with the lines of those that await what nothing can settle: of the first of them, for as many as
 * there is time.
 */
export async function withStrandedPlaces(
  nodes: readonly Standing[],
  placeOf: (rank: number) => Promise<SourceLocation | undefined>,
  nowMs: () => number,
): Promise<Standing[]> {
  const placed = [...nodes];
  const sought = [...nodes.keys()].filter((rank) => strandedIn(nodes[rank]) !== undefined);
  const beganMs = nowMs();
  for (let next = 0; next < sought.length && (next === 0 || nowMs() - beganMs < enoughMs); next += atOnce) {
    const some = sought.slice(next, next + atOnce);
    const places = await Promise.all(some.map(placeOf));
    for (const [i, rank] of some.entries()) {
      const wait = strandedIn(nodes[rank]);
      if (wait && places[i]) placed[rank] = { wait: { ...wait, at: places[i] } };
    }
  }
  return placed;
}

function strandedIn(node: Standing | undefined) {
  if (node === undefined || typeof node === 'string') return undefined;
  return node.wait.stranded === undefined ? undefined : node.wait;
}
