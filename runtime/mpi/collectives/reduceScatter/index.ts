/** The reduce-scatters. All nodes give equally long typed arrays, so that all can choose alike by length. */
import type { ReduceOperation } from '../../operations';
import { canCut, named, type Plan, requireCut, vectorBytes } from '../plan';
import type { Vector } from '../reduction';
import type { Participant, Schedule } from '../schedule';
import { pairwiseReduceScatter } from './pairwise';
import { recursiveHalvingReduceScatter } from './recursiveHalving';
import { reduceThenScatter } from './reduceThenScatter';

/** The algorithms of `reduceScatter`, by the names that a program gives; block i begins at element `starts[i]`. */
export const reduceScatterAlgorithms = {
  recursiveHalving: recursiveHalvingReduceScatter,
  pairwise: pairwiseReduceScatter,
  reduceThenScatter,
} satisfies Record<
  string,
  (
    participant: Participant,
    own: Vector,
    starts: readonly number[],
    operation: ReduceOperation<Vector>,
  ) => Schedule<Vector>
>;

const longBytes = 512 * 1024;

/** Halving for short arrays, pairwise for long ones, and the order of ranks for operations that do not commute. */
export function chooseReduceScatter(bytes: number, commutes: boolean): keyof typeof reduceScatterAlgorithms {
  if (!commutes) return 'reduceThenScatter';
  return bytes < longBytes ? 'recursiveHalving' : 'pairwise';
}

/** The name of a reduce-scatter's algorithm. */
export type ReduceScatterAlgorithm = keyof typeof reduceScatterAlgorithms;

/** A reduce-scatter at one node; `counts` are the lengths of the blocks, by rank. */
export function planReduceScatter<T>(
  participant: Participant,
  data: T,
  counts: readonly number[],
  operation: ReduceOperation<T>,
  asked?: ReduceScatterAlgorithm,
): Plan<T> {
  const { name } = participant;
  const elementwise = operation as ReduceOperation<never>;
  const algorithm = asked ?? chooseReduceScatter(vectorBytes(data), canCut(data, elementwise));
  const start = named(name, reduceScatterAlgorithms, algorithm);
  if (algorithm !== 'reduceThenScatter') requireCut(name, algorithm, data, elementwise);
  const starts = [0];
  for (const count of counts) starts.push((starts.at(-1) as number) + count);
  const schedule = start(
    participant,
    data as Vector,
    starts,
    operation as unknown as ReduceOperation<Vector>,
  );
  return { algorithm, schedule: schedule as Schedule<T> };
}
