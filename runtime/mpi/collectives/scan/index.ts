/** The scans, inclusive and exclusive at once: a call takes what it is for. */
import type { ReduceOperation } from '../../operations';
import { named, type Plan } from '../plan';
import { ownResult } from '../reduction';
import { mapSchedule, type Participant, type Schedule } from '../schedule';
import { linearScan } from './linear';
import type { Prefixes } from './prefixes';
import { recursiveDoublingScan } from './recursiveDoubling';

/** The algorithms of `scan` and `exscan`, by the names that a program gives; both keep the order of ranks. */
export const scanAlgorithms = {
  recursiveDoubling: recursiveDoublingScan,
  linear: linearScan,
} satisfies Record<
  string,
  <T>(participant: Participant, own: T, operation: ReduceOperation<T>) => Schedule<Prefixes<T>>
>;

/** The name of a scan's algorithm. */
export type ScanAlgorithm = keyof typeof scanAlgorithms;

/** A scan at one node: what ranks up to this one gave, combined. */
export function planScan<T>(
  participant: Participant,
  data: T,
  operation: ReduceOperation<T>,
  algorithm: ScanAlgorithm = 'recursiveDoubling',
): Plan<T> {
  const prefixes = named(participant.name, scanAlgorithms, algorithm)(participant, data, operation);
  const inclusive = mapSchedule(prefixes, (prefix) => prefix.inclusive);
  return { algorithm, schedule: ownResult(inclusive, data, participant.copy) };
}

/** An exclusive scan at one node: what ranks below this one gave, combined; undefined at rank 0. */
export function planExscan<T>(
  participant: Participant,
  data: T,
  operation: ReduceOperation<T>,
  algorithm: ScanAlgorithm = 'recursiveDoubling',
): Plan<T | undefined> {
  const prefixes = named(participant.name, scanAlgorithms, algorithm)(participant, data, operation);
  return { algorithm, schedule: mapSchedule(prefixes, (prefix) => prefix.exclusive) };
}
