/**
 * Allgather: ring.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * 2005, section 4.1; MPI standard 4.0, section 6.7. In each step a node passes on to its right what it got from
 * its left in the step before, as bytes: each element is encoded once, by its owner.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost: p - 1 rounds, p messages of one element each; every link carries the same.
 */
import { copyPayload, decode } from '../../core/codec';
import type { CollectiveCall } from './collectiveCall';

/** Every node's value, by rank, at every node. */
export function allgather<T>(call: CollectiveCall, data: T): T[] {
  const { rank, size } = call;
  const right = (rank + 1) % size;
  const left = (rank - 1 + size) % size;
  const all = new Array<T>(size);

  let payload = copyPayload(call.encode(data));
  for (let step = 0; step < size; step++) {
    const owner = (rank - step + size) % size;
    const isLast = step === size - 1;
    if (!isLast) call.forward(payload, right);
    all[owner] = decode(payload) as T;
    if (!isLast) payload = call.receivePayload(left);
  }
  return all;
}
