/** The barriers; by default dissemination, which needs the fewest rounds for any number of nodes. */
import { named, type Plan } from '../plan';
import type { Participant, Schedule } from '../schedule';
import { disseminationBarrier } from './dissemination';
import { linearBarrier } from './linear';
import { recursiveDoublingBarrier } from './recursiveDoubling';

/** The algorithms of `barrier`, by the names that a program gives. */
export const barrierAlgorithms = {
  dissemination: disseminationBarrier,
  recursiveDoubling: recursiveDoublingBarrier,
  linear: linearBarrier,
} satisfies Record<string, (participant: Participant) => Schedule<void>>;

/** The name of a barrier's algorithm. */
export type BarrierAlgorithm = keyof typeof barrierAlgorithms;

/** A barrier at one node. */
export function planBarrier(
  participant: Participant,
  algorithm: BarrierAlgorithm = 'dissemination',
): Plan<void> {
  return { algorithm, schedule: named(participant.name, barrierAlgorithms, algorithm)(participant) };
}
