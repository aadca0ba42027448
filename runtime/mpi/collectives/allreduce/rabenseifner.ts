/**
 * Allreduce: Rabenseifner's reduce-scatter and allgather, for long typed arrays.
 *
 * Source: R. Rabenseifner, "Optimization of collective reduction operations", International Conference on Computational
 * Science, 2004; R. Thakur et al., 2005, section 4.5. Recursive halving leaves each node with one block of the result,
 * recursive doubling gives all blocks to all. Needs an operation that commutes.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost for n bytes and p = 2^m: 2 m rounds; each node sends 2 n (p - 1) / p bytes, where recursive doubling sends
 * n log2 p. Other p: two rounds of n bytes more, for those that pair up.
 */
import { decode } from '../../../core/codec';
import type { ReduceOperation } from '../../operations';
import { double, halve, joinTeam, teamOf } from '../halving';
import { Cut, type Vector } from '../reduction';
import { type Participant, receive, type Schedule, send } from '../schedule';

export function* rabenseifnerAllreduce(
  participant: Participant,
  own: Vector,
  operation: ReduceOperation<Vector>,
): Schedule<Vector> {
  const team = teamOf(participant);
  const cut = Cut.evenly(own.slice(), team.count);
  yield* joinTeam(participant, team, cut.vector, operation);
  if (team.place === undefined) return decode(yield* receive(team.partner as number)) as Vector;
  yield* halve(participant, team, cut, operation);
  yield* double(participant, team, cut);
  if (team.partner !== undefined) yield* send(team.partner, participant.encode(cut.vector));
  return cut.vector;
}
