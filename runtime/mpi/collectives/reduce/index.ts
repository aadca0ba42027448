/** The reductions. All nodes give equally long typed arrays, so that all can choose alike by length. */
import type { ReduceOperation } from '../../operations';
import { libraryReduce, prefersLibrary } from '../library';
import { canCut, named, type Plan, requireCut, vectorBytes } from '../plan';
import { ownResult, type Vector } from '../reduction';
import type { Participant, Schedule } from '../schedule';
import { binomialReduce } from './binomial';
import { linearReduce } from './linear';
import { rabenseifnerReduce } from './rabenseifner';

/** The algorithms of `reduce` that take any value and keep the order of ranks, by the names that a program gives. */
export const reduceAlgorithms = {
  binomial: binomialReduce,
  linear: linearReduce,
} satisfies Record<
  string,
  <T>(
    participant: Participant,
    own: T,
    operation: ReduceOperation<T>,
    root: number,
  ) => Schedule<T | undefined>
>;

/** The algorithms of `reduce` that cut typed arrays and need an operation that commutes. */
export const cuttingReduceAlgorithms = {
  rabenseifner: rabenseifnerReduce,
} satisfies Record<
  string,
  (
    participant: Participant,
    own: Vector,
    operation: ReduceOperation<Vector>,
    root: number,
  ) => Schedule<Vector | undefined>
>;

const longBytes = 2048;

/** The tree for short values and for what cannot be cut, Rabenseifner's algorithm for long typed arrays. */
export function chooseReduce(
  bytes: number,
  canCut: boolean,
): keyof typeof reduceAlgorithms | keyof typeof cuttingReduceAlgorithms {
  return canCut && bytes > longBytes ? 'rabenseifner' : 'binomial';
}

const algorithms = { ...reduceAlgorithms, ...cuttingReduceAlgorithms };

/** The name of a reduction's algorithm. */
export type ReduceAlgorithm = keyof typeof algorithms | 'library';

/** A reduction at one node; the result is there at the root alone. */
export function planReduce<T>(
  participant: Participant,
  data: T,
  operation: ReduceOperation<T>,
  root: number,
  asked?: ReduceAlgorithm,
): Plan<T | undefined> {
  const { name, copy } = participant;
  const inLibrary = asked === undefined && prefersLibrary(participant, data, operation);
  if (inLibrary || asked === 'library')
    return { algorithm: 'library', schedule: libraryReduce(participant, data, operation, root) };
  const algorithm =
    asked ?? chooseReduce(vectorBytes(data), canCut(data, operation as ReduceOperation<never>));
  const start = named(name, algorithms, algorithm);
  if (algorithm in cuttingReduceAlgorithms) {
    requireCut(name, algorithm, data, operation as ReduceOperation<never>);
  }
  // A table's entries differ in what they take; that this one takes these is what was just asked.
  const schedule = (start as typeof binomialReduce)(participant, data, operation, root);
  return { algorithm, schedule: ownResult(schedule, data, copy) };
}
