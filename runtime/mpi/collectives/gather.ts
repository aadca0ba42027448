/**
 * Gather: linear.
 *
 * Source: MPI standard 4.0, section 6.5. Every node sends its element to the root, which takes them in the order of ranks;
 * those that arrive early wait in the matching. As with scatter, each element travels once.
 * Failures: none are masked; a lost node fails the call at the root.
 * Cost: 1 round, p - 1 messages of one element each, all to the root.
 */
import { copyValue } from '../../core/codec';
import type { CollectiveCall } from './collectiveCall';

/** At the root every node's value, by rank; undefined elsewhere. */
export function gather<T>(call: CollectiveCall, data: T, root: number): T[] | undefined {
  const { rank, size } = call;
  if (rank !== root) {
    call.send(data, root);
    return undefined;
  }
  const all: T[] = [];
  for (let source = 0; source < size; source++) {
    all.push(source === rank ? copyValue(data, call.name) : (call.receive(source) as T));
  }
  return all;
}
