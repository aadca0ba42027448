/**
 * Broadcast: van de Geijn's scatter and allgather, for long values.
 *
 * Source: M. Barnett, L. Shuler, R. van de Geijn et al., "Interprocessor collective communication library (InterCom)",
 * Scalable High Performance Computing Conference, 1994; R. Thakur et al., 2005 (see binomial.ts), section 4.2. The root cuts the value into a piece for
 * each node and scatters them down a binomial tree; then every node passes pieces on around a ring until all have all.
 * Failures: none are masked; a node that is lost fails the call at the others.
 * Cost for n bytes: ceil(log2 p) + p - 1 rounds; each node sends about 2 n (p - 1) / p bytes at most, whatever p is, where the
 * tree's root sends n log2 p.
 */
import type { Payload } from '../../../protocol/envelope';
import { placeInTree, type TreePlace } from '../binomialTree';
import { bundle, unbundle } from '../bundle';
import { Assembly, cutPayload } from '../pieces';
import { exchange, type Participant, receive, type Schedule, sendAll } from '../schedule';

export function* vanDeGeijnBcast(
  participant: Participant,
  own: Payload | undefined,
  root: number,
): Schedule<Payload> {
  const place = placeInTree(participant, root);
  if (own) return yield* fromRoot(participant, place, own);
  return yield* fromParent(participant, place, root, yield* receive(place.parent as number));
}

/** The root's part. */
export function* fromRoot(participant: Participant, place: TreePlace, own: Payload): Schedule<Payload> {
  const pieces = cutPayload(own, participant.size);
  yield* scatterDown(place, pieces);
  const root = participant.rank;
  yield* passAround(participant, root, pieces[0] as Payload);
  return own;
}

/** Another node's part, once its parent's bundle is there. */
export function* fromParent(
  participant: Participant,
  place: TreePlace,
  root: number,
  received: Payload,
): Schedule<Payload> {
  const pieces = unbundle(received, place.nodes);
  yield* scatterDown(place, pieces);
  const [first] = pieces as [Payload];
  const whole = new Assembly(first, participant.size);
  yield* passAround(participant, root, first, whole);
  return whole.payload();
}

/** `pieces` are those of the subtree, this node's first. */
function* scatterDown({ relative, children }: TreePlace, pieces: Payload[]): Schedule<void> {
  if (children.length === 0) return;
  yield* sendAll(
    children.map((child) => {
      const from = child.relative - relative;
      return { to: child.rank, payload: bundle(pieces.slice(from, from + child.nodes)) };
    }),
  );
}

/** Pieces go around the ring; they are numbered by their owner's rank counted from the root. */
function* passAround(
  { rank, size }: Participant,
  root: number,
  own: Payload,
  whole?: Assembly,
): Schedule<void> {
  const relative = (rank - root + size) % size;
  const [right, left] = [(rank + 1) % size, (rank - 1 + size) % size];
  let piece = own;
  for (let step = 0; step < size; step++) {
    whole?.add(piece, (relative - step + size) % size);
    if (step < size - 1) piece = yield* exchange(right, piece, left);
  }
}
