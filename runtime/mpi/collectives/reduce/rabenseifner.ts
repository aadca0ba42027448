/**
 * Reduce: Rabenseifner's reduce-scatter and gather, for long typed arrays.
 *
 * Source: R. Rabenseifner, "Optimization of collective reduction operations", International Conference on Computational
 * Science, 2004. Recursive halving leaves each node with one block of the result; the blocks are then gathered at
 * the root. Needs an operation that commutes.
 * Failures: none are masked; a lost node fails the call at the others.
 * Cost for n bytes: log2 p + 1 rounds for p = 2^m; no node sends more than 2 n bytes, and each combines n only, where the tree's
 * root combines n log2 p. Other p: one round more, for those that pair up.
 */
import type { Payload } from '../../../protocol/envelope';
import type { ReduceOperation } from '../../operations';
import { halve, joinTeam, teamOf } from '../halving';
import { Cut, type Vector } from '../reduction';
import { type Participant, receiveAll, type Schedule, send } from '../schedule';

export function* rabenseifnerReduce(
  participant: Participant,
  own: Vector,
  operation: ReduceOperation<Vector>,
  root: number,
): Schedule<Vector | undefined> {
  const { rank, encode } = participant;
  const team = teamOf(participant);
  const cut = Cut.evenly(own.slice(), team.count);
  yield* joinTeam(participant, team, cut.vector, operation);
  yield* halve(participant, team, cut, operation);
  if (rank !== root) {
    if (team.place !== undefined) yield* send(root, encode(cut.blocks(team.place)));
    return undefined;
  }
  const places = Array.from({ length: team.count }, (_, place) => place).filter(
    (place) => place !== team.place,
  );
  const received = yield* receiveAll(places.map(team.rankAt));
  for (const [i, place] of places.entries()) cut.place(received[i] as Payload, place);
  return cut.vector;
}
