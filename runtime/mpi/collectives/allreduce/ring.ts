/**
 * Allreduce: ring, for very long typed arrays.
 *
 * Source: P. Patarasuk, X. Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations", Journal of Parallel and
 * Distributed Computing 69(2), 2009. The array is cut into p blocks. First each block goes once around, and every
 * node adds its own to it; then each finished block goes around once more. Needs an operation that commutes.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost for n bytes: 2 (p - 1) rounds of p messages; each node sends 2 n (p - 1) / p bytes, for any p, and only to its right.
 */
import type { ReduceOperation } from '../../operations';
import { Cut, Reduction, type Vector } from '../reduction';
import { exchange, type Participant, type Schedule } from '../schedule';

export function* ringAllreduce(
  participant: Participant,
  own: Vector,
  operation: ReduceOperation<Vector>,
): Schedule<Vector> {
  const { rank, size, encode } = participant;
  const reduction = new Reduction(participant, operation);
  const [right, left] = [(rank + 1) % size, (rank - 1 + size) % size];
  const cut = Cut.evenly(own.slice(), size);
  const wrap = (index: number) => (index + 2 * size) % size;
  for (let step = 0; step < size - 1; step++) {
    const received = yield* exchange(right, encode(cut.blocks(wrap(rank - step))), left);
    reduction.into(cut.blocks(wrap(rank - step - 1)), left, received);
  }
  for (let step = 0; step < size - 1; step++) {
    const received = yield* exchange(right, encode(cut.blocks(wrap(rank + 1 - step))), left);
    cut.place(received, wrap(rank - step));
  }
  return cut.vector;
}
