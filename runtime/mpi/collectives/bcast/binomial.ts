/**
 * Broadcast: binomial tree.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * International Journal of High Performance Computing Applications 19(1), 2005, section 4.2; MPI standard 4.0,
 * section 6.4. A node receives from its parent, then serves its children, the largest subtree first.
 * Failures: none are masked; a node that is lost fails the call at its subtree.
 * Cost: ceil(log2 p) rounds, p - 1 messages of the whole value.
 */
import type { Payload } from '../../../protocol/envelope';
import { placeInTree, type TreePlace } from '../binomialTree';
import { type Participant, receive, type Schedule, sendAll } from '../schedule';

export function* binomialBcast(
  participant: Participant,
  own: Payload | undefined,
  root: number,
): Schedule<Payload> {
  const place = placeInTree(participant, root);
  const payload = own ?? (yield* receive(place.parent as number));
  yield* passDown(place, payload);
  return payload;
}

/** A node's part once it has the value. */
export function* passDown({ children }: TreePlace, payload: Payload): Schedule<void> {
  if (children.length > 0) yield* sendAll(children.map(({ rank }) => ({ to: rank, payload })));
}
