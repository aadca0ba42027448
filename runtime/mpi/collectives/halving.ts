/**
 * Recursive halving and doubling over 2^m nodes, the two halves of Rabenseifner's algorithms. A typed array is cut
 * into 2^m blocks; halving leaves every node with its own block combined over all nodes, doubling gives all
 * blocks to all.
 *
 * Source: R. Rabenseifner, "Optimization of collective reduction operations", International Conference on Computational
 * Science, 2004. Needs an operation that commutes.
 * Cost for n bytes: m rounds each; every node sends n (1 - 1 / 2^m) bytes each way.
 */
import type { ReduceOperation } from '../operations';
import { type Cut, Reduction, type Vector } from './reduction';
import { exchange, type Participant, powerOfTwoUpTo, receive, type Schedule, send } from './schedule';

/**
 * The nodes that take part: with p = 2^m + extra, the first 2 * extra pair up, and of each pair the odd one takes
 * part, for both.
 */
export interface Team {
  /** 2^m. */
  count: number;
  /** Place of this node, 0 to count - 1; undefined if it sits out. */
  place: number | undefined;
  /** Rank of the node that sits out for this one, or for which this one sits out. */
  partner: number | undefined;
  rankAt(place: number): number;
}

/** Who takes part. */
export function teamOf({ rank, size }: Participant): Team {
  const count = powerOfTwoUpTo(size);
  const extra = size - count;
  const paired = rank < 2 * extra;
  const sitsOut = paired && rank % 2 === 0;
  return {
    count,
    place: sitsOut ? undefined : paired ? (rank - 1) / 2 : rank - extra,
    partner: paired ? (sitsOut ? rank + 1 : rank - 1) : undefined,
    rankAt: (place) => (place < extra ? 2 * place + 1 : place + extra),
  };
}

/** Combines the partner's contribution into `vector`, or gives this node's to its partner. */
export function* joinTeam(
  participant: Participant,
  { place, partner }: Team,
  vector: Vector,
  operation: ReduceOperation<Vector>,
): Schedule<void> {
  if (partner === undefined) return;
  if (place === undefined) yield* send(partner, participant.encode(vector));
  else new Reduction(participant, operation).into(vector, partner, yield* receive(partner));
}

/** Halving: on return, block `place` is combined over the team. The other blocks are left over from the way. */
export function* halve(
  participant: Participant,
  { count, place, rankAt }: Team,
  cut: Cut,
  operation: ReduceOperation<Vector>,
): Schedule<void> {
  if (place === undefined) return;
  const reduction = new Reduction(participant, operation);
  let [from, to] = [0, count];
  for (let bit = count / 2; bit >= 1; bit /= 2) {
    const other = rankAt(place ^ bit);
    const middle = from + bit;
    const isUpper = (place & bit) !== 0;
    const given = isUpper ? cut.blocks(from, middle) : cut.blocks(middle, to);
    [from, to] = isUpper ? [middle, to] : [from, middle];
    const received = yield* exchange(other, participant.encode(given), other);
    reduction.into(cut.blocks(from, to), other, received);
  }
}

/** Doubling: every node of the team gives its block to all others. */
export function* double(participant: Participant, { count, place, rankAt }: Team, cut: Cut): Schedule<void> {
  if (place === undefined) return;
  for (let bit = 1; bit < count; bit *= 2) {
    const other = rankAt(place ^ bit);
    const own = place & ~(bit - 1);
    const theirs = own ^ bit;
    const given = participant.encode(cut.blocks(own, own + bit));
    cut.place(yield* exchange(other, given, other), theirs, theirs + bit);
  }
}
