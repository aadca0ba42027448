/** The all-to-alls. Elements may differ in length, and nobody knows all: the choice goes by the number of nodes. */
import { decode } from '../../../core/codec';
import type { Payload } from '../../../protocol/envelope';
import type { NumberArray } from '../../layout';
import { inSharedMemory, named, type Plan } from '../plan';
import { mapSchedule, type Participant, type Schedule } from '../schedule';
import { bruckAlltoall } from './bruck';
import { linearAlltoall } from './linear';
import { pairwiseAlltoall } from './pairwise';
import { sharedMemoryAlltoall } from './sharedMemory';

/** The algorithms of `alltoall`, by the names that a program gives; each takes an element for every rank. */
export const alltoallAlgorithms = {
  linear: linearAlltoall,
  pairwise: pairwiseAlltoall,
  bruck: bruckAlltoall,
} satisfies Record<string, (participant: Participant, own: readonly Payload[]) => Schedule<Payload[]>>;

const fewNodes = 8;

/** Few nodes: all at once. Many: one after the other, so that nobody is swamped. */
export function chooseAlltoall(size: number): keyof typeof alltoallAlgorithms {
  return size <= fewNodes ? 'linear' : 'pairwise';
}

/** The name of an all-to-all's algorithm. */
export type AlltoallAlgorithm = keyof typeof alltoallAlgorithms | 'sharedMemory';

/** An all-to-all at one node: element `rank` of every node's array, by the rank that gave it. */
export function planAlltoall<T>(
  participant: Participant,
  elements: ArrayLike<T>,
  asked?: AlltoallAlgorithm,
  into?: readonly NumberArray[],
): Plan<T[]> {
  const { name, size } = participant;
  const chosen = chooseAlltoall(size);
  if (inSharedMemory(participant, asked)) {
    const otherwise = (): Schedule<T[]> => {
      plan.algorithm = chosen;
      return byMessages(participant, elements, alltoallAlgorithms[chosen]);
    };
    const schedule = sharedMemoryAlltoall(participant, elements, into, otherwise);
    const plan: Plan<T[]> = { algorithm: 'sharedMemory', schedule };
    return plan;
  }
  const algorithm = (asked ?? chosen) as keyof typeof alltoallAlgorithms;
  return {
    algorithm,
    schedule: byMessages(participant, elements, named(name, alltoallAlgorithms, algorithm)),
  };
}

function byMessages<T>(
  participant: Participant,
  elements: ArrayLike<T>,
  start: typeof linearAlltoall,
): Schedule<T[]> {
  const { rank, encode, copy } = participant;
  const valueOf = (payload: Payload, source: number) =>
    source === rank ? copy(elements[rank] as T) : (decode(payload) as T);
  return mapSchedule(start(participant, Array.from(elements, encode)), (all) => all.map(valueOf));
}
