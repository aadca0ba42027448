/**
 * Scatter: binomial tree.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * International Journal of High Performance Computing Applications 19(1), 2005, section 4.2. Each node gets the elements of
 * its whole subtree from its parent, keeps its own, and passes the others on.
 * Failures: none are masked; a node that is lost fails the call at its subtree.
 * Cost for n bytes in all: ceil(log2 p) rounds, p - 1 messages; the root sends n (p - 1) / p bytes, and an element
 * travels once for each bit that is set in its rank, counted from the root.
 */
import type { Payload } from '../../../protocol/envelope';
import { placeInTree } from '../binomialTree';
import { bundle, unbundle } from '../bundle';
import { type Participant, receive, type Schedule, sendAll } from '../schedule';

export function* binomialScatter(
  participant: Participant,
  own: readonly Payload[] | undefined,
  root: number,
): Schedule<Payload> {
  const { size } = participant;
  const { relative, parent, children, nodes } = placeInTree(participant, root);
  const elements = own
    ? own.map((_, i) => own[(root + i) % size] as Payload)
    : unbundle(yield* receive(parent as number), nodes);
  if (children.length > 0) {
    yield* sendAll(
      children.map((child) => {
        const from = child.relative - relative;
        return { to: child.rank, payload: bundle(elements.slice(from, from + child.nodes)) };
      }),
    );
  }
  return elements[0] as Payload;
}
