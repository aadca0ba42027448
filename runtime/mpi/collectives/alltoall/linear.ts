/**
 * All-to-all: linear, all at once.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * International Journal of High Performance Computing Applications 19(1), 2005, section 4.3, for messages of middle size. All
 * messages are under way at the same time; each node begins with the one after it, so that none is everybody's first.
 * Failures: none are masked; a lost node fails the call at all nodes.
 * Cost: 1 round of p (p - 1) messages of one element each.
 */
import type { Payload } from '../../../protocol/envelope';
import type { Participant, Schedule } from '../schedule';

export function* linearAlltoall({ rank, size }: Participant, own: readonly Payload[]): Schedule<Payload[]> {
  const distances = Array.from({ length: size - 1 }, (_, i) => i + 1);
  const sources = distances.map((distance) => (rank - distance + size) % size);
  const received = yield {
    sends: distances.map((distance) => {
      const to = (rank + distance) % size;
      return { to, payload: own[to] as Payload };
    }),
    receives: sources,
  };
  const all = [...own];
  for (const [i, source] of sources.entries()) all[source] = received[i] as Payload;
  return all;
}
