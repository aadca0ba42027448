/**
 * Finds nodes of a job that can never go on, whatever the others do.
 *
 * The wait-for graph has an edge from each blocked node to those it waits for. A node that needs all of them (a send
 * above the eager limit, a recv from one source, `waitAll`, a collective) is stuck when one of them is; a node for which
 * one is enough (ANY_SOURCE, `waitAny`) is stuck when all of them are. What has ended counts as stuck. The stuck nodes
 * are the largest set that this holds for (the AND-OR model: J. Brzezinski, J.-M. Hélary, M. Raynal, M. Singhal,
 * "Deadlock models and a general algorithm for distributed deadlock detection", 1995): start with all blocked ones and
 * take out, until there is none, whoever may still be helped.
 *
 * The nodes are looked at twice. Only those take part that were still both times and have not moved in between, and
 * that have taken in all that the others had sent to them by the first look; a message under way helps. (Counting twice
 * is Mattern's four-counter method for termination detection, 1987, here for each pair of nodes.) What waits behind a cut that
 * lasts helps nobody.
 *
 * Cost: two looks, and at most n² steps for n blocked nodes. Failures: a node that cannot be asked ends its job anyway.
 */
import type { Quiescence } from '../protocol/agentLink';
import { ranksWaitedFor, type Wait } from '../protocol/node';

/** By rank: what a node waits for, that it has ended, or that it goes on. */
export type Standing = { wait: Wait } | 'ended' | 'going';

/** The ranks of the nodes that can never go on, by what all nodes stand in. */
export function stuckNodes(nodes: readonly Standing[]): number[] {
  const stuck = new Set(nodes.keys());
  for (const [rank, node] of nodes.entries()) if (node === 'going') stuck.delete(rank);
  const helps = (rank: number, by: number): boolean =>
    by >= 0 ? !stuck.has(by) : nodes.some((_, other) => other !== rank && !stuck.has(other));

  for (let changed = true; changed;) {
    changed = false;
    for (const rank of stuck) {
      const node = nodes[rank] as Standing;
      if (typeof node === 'string') continue;
      const peers = ranksWaitedFor(node.wait);
      const isHelped = (by: number) => helps(rank, by);
      if (node.wait.needs === 'any' ? !peers.some(isHelped) : !peers.every(isHelped)) continue;
      stuck.delete(rank);
      changed = true;
    }
  }
  return [...stuck].filter((rank) => nodes[rank] !== 'ended');
}

/** What the nodes stand in for certain, by two looks at all of them; undefined is a node that was not looked at. */
export function standings(
  first: readonly (Quiescence | undefined)[],
  second: readonly (Quiescence | undefined)[],
): Standing[] {
  return second.map((again, rank): Standing => {
    const look = first[rank];
    if (!look?.still || !again?.still || look.waitId !== again.waitId) return 'going';
    if (again.wait === undefined) return 'ended';
    const underWay = first.some((other, from) => {
      const here = ((again.taken[from] ?? 0) + (again.cutOff?.[from] ?? 0)) >>> 0;
      return other && (other.sent[rank] ?? here) !== here;
    });
    return underWay ? 'going' : { wait: again.wait };
  });
}
