/** The barriers; by default dissemination, which needs the fewest rounds for any number of nodes. */
import { inSharedMemory, named, type Plan } from '../plan';
import type { Participant, Schedule } from '../schedule';
import { disseminationBarrier } from './dissemination';
import { linearBarrier } from './linear';
import { recursiveDoublingBarrier } from './recursiveDoubling';
import { sharedMemoryBarrier } from './sharedMemory';

/** The algorithms of `barrier`, by the names that a program gives. */
export const barrierAlgorithms = {
  dissemination: disseminationBarrier,
  recursiveDoubling: recursiveDoublingBarrier,
  linear: linearBarrier,
} satisfies Record<string, (participant: Participant) => Schedule<void>>;

/** The name of a barrier's algorithm. */
export type BarrierAlgorithm = keyof typeof barrierAlgorithms | 'sharedMemory';

const chosen = 'dissemination';

/** A barrier at one node. */
export function planBarrier(participant: Participant, asked?: BarrierAlgorithm): Plan<void> {
  if (inSharedMemory(participant, asked)) {
    const otherwise = (): Schedule<void> => {
      plan.algorithm = chosen;
      return barrierAlgorithms[chosen](participant);
    };
    const plan: Plan<void> = {
      algorithm: 'sharedMemory',
      schedule: sharedMemoryBarrier(participant, otherwise),
    };
    return plan;
  }
  const algorithm = (asked ?? chosen) as keyof typeof barrierAlgorithms;
  return { algorithm, schedule: named(participant.name, barrierAlgorithms, algorithm)(participant) };
}
