/**
 * Gather: binomial tree.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * International Journal of High Performance Computing Applications 19(1), 2005, section 4; the tree of the scatter, upwards: a
 * node collects the elements of its subtree and hands them to its parent.
 * Failures: none are masked; a node that is lost fails the call at the nodes between it and the root.
 * Cost for n bytes in all: ceil(log2 p) rounds, p - 1 messages; the root gets n (p - 1) / p bytes, and an element
 * travels once for each bit that is set in its rank, counted from the root.
 */
import type { Payload } from '../../../protocol/envelope';
import { placeInTree } from '../binomialTree';
import { bundle, unbundle } from '../bundle';
import { type Participant, receiveAll, type Schedule, send } from '../schedule';

export function* binomialGather(
  participant: Participant,
  own: Payload,
  root: number,
): Schedule<Payload[] | undefined> {
  const { size } = participant;
  const { parent, children } = placeInTree(participant, root);
  const collected = [own];
  // The nearest child has the elements that come next.
  const upwards = [...children].reverse();
  if (upwards.length > 0) {
    const bundles = yield* receiveAll(upwards.map(({ rank }) => rank));
    for (const [i, child] of upwards.entries()) {
      collected.push(...unbundle(bundles[i] as Payload, child.nodes));
    }
  }
  if (parent !== undefined) {
    yield* send(parent, bundle(collected));
    return undefined;
  }
  return collected.map((_, rank) => collected[(rank - root + size) % size] as Payload);
}
