/**
 * Reduce-scatter: recursive halving.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * International Journal of High Performance Computing Applications 19(1), 2005, section 4.4; MPI standard 4.0, section 6.10.
 * In each round a node exchanges with one half as far away, gives it the half of the blocks that lies on its side, and
 * combines the other half. Needs an operation that commutes. Of p = 2^m + extra nodes the first 2 * extra pair up; one of
 * each pair takes part for both.
 * Failures: none are masked; a lost node fails the call at the others.
 * Cost for n bytes: m rounds, each node sends n (1 - 1 / 2^m) bytes; other p: two rounds more, of n and of one block.
 */
import { decode } from '../../../core/codec';
import type { ReduceOperation } from '../../operations';
import { halve, joinTeam, teamOf } from '../halving';
import { Cut, type Vector } from '../reduction';
import { type Participant, receive, type Schedule, send } from '../schedule';

export function* recursiveHalvingReduceScatter(
  participant: Participant,
  own: Vector,
  starts: readonly number[],
  operation: ReduceOperation<Vector>,
): Schedule<Vector> {
  const { rank, size, encode } = participant;
  const team = teamOf(participant);
  const vector = own.slice();
  yield* joinTeam(participant, team, vector, operation);
  if (team.place === undefined) return decode(yield* receive(team.partner as number)) as Vector;
  // A node of the team works on the blocks of its pair.
  const extra = size - team.count;
  const firstRank = (place: number) => (place < extra ? 2 * place : place + extra);
  const placeStarts = Array.from(
    { length: team.count + 1 },
    (_, place) => starts[Math.min(firstRank(place), size)] as number,
  );
  yield* halve(participant, team, new Cut(vector, placeStarts), operation);
  const byRank = new Cut(vector, starts);
  if (team.partner !== undefined) yield* send(team.partner, encode(byRank.blocks(team.partner)));
  return byRank.blocks(rank).slice();
}
