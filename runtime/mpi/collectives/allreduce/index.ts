/** The allreduces. All nodes give equally long typed arrays, so that all can choose alike by length. */
import { isLike, type NumberArray } from '../../layout';
import type { ReduceOperation } from '../../operations';
import { isPowerOfTwo, type Participant, type Schedule } from '../schedule';
import { libraryAllreduce, prefersLibrary } from '../library';
import { canCut, inSharedMemory, named, type Plan, requireCut, vectorBytes } from '../plan';
import { ownResult, type Vector } from '../reduction';
import { rabenseifnerAllreduce } from './rabenseifner';
import { recursiveDoublingAllreduce } from './recursiveDoubling';
import { reduceBcastAllreduce } from './reduceBcast';
import { ringAllreduce } from './ring';
import { sharedMemoryAllreduce } from './sharedMemory';

/** The algorithms of `allreduce` that take any value and keep the order of ranks, by the names that a program gives. */
export const allreduceAlgorithms = {
  recursiveDoubling: recursiveDoublingAllreduce,
  reduceBcast: reduceBcastAllreduce,
} satisfies Record<
  string,
  <T>(participant: Participant, own: T, operation: ReduceOperation<T>) => Schedule<T>
>;

/** The algorithms of `allreduce` that cut typed arrays and need an operation that commutes. */
export const cuttingAllreduceAlgorithms = {
  ring: ringAllreduce,
  rabenseifner: rabenseifnerAllreduce,
} satisfies Record<
  string,
  (participant: Participant, own: Vector, operation: ReduceOperation<Vector>) => Schedule<Vector>
>;

const longBytes = 2048;
/** So many nodes gain little from sending fewer bytes, and more from fewer rounds. */
const fewNodes = 4;
const longBytesOfFew = 256 * 1024;
const veryLongBytes = 4 * 1024 * 1024;

/**
 * Recursive doubling for short values and for what cannot be cut, and on few nodes for longer ones too, where it sends
 * n log2 p bytes in half the rounds of Rabenseifner's 2 n (p - 1) / p; Rabenseifner's algorithm for long typed arrays; the
 * ring for very long ones on a number of nodes that is no power of two, which it serves without pairing up.
 */
export function chooseAllreduce(
  size: number,
  bytes: number,
  canCut: boolean,
): keyof typeof allreduceAlgorithms | keyof typeof cuttingAllreduceAlgorithms {
  if (!canCut || bytes <= (size <= fewNodes ? longBytesOfFew : longBytes)) return 'recursiveDoubling';
  return bytes > veryLongBytes && !isPowerOfTwo(size) ? 'ring' : 'rabenseifner';
}

const algorithms = { ...allreduceAlgorithms, ...cuttingAllreduceAlgorithms };

/** The name of an allreduce's algorithm. */
export type AllreduceAlgorithm = keyof typeof algorithms | 'library' | 'sharedMemory';

/** An allreduce at one node. */
export function planAllreduce<T>(
  participant: Participant,
  data: T,
  operation: ReduceOperation<T>,
  asked?: AllreduceAlgorithm,
  into?: NumberArray,
): Plan<T> {
  const inLibrary = asked === undefined && prefersLibrary(participant, data, operation);
  if (inLibrary || asked === 'library')
    return { algorithm: 'library', schedule: libraryAllreduce(participant, data, operation) };
  const choose = () =>
    chooseAllreduce(participant.size, vectorBytes(data), canCut(data, operation as ReduceOperation<never>));
  if (inSharedMemory(participant, asked, () => choose() !== 'recursiveDoubling')) {
    const target = into && isLike(into, data) ? (into as T) : undefined;
    const otherwise = (algorithm: keyof typeof algorithms = choose()): Schedule<T> => {
      plan.algorithm = algorithm;
      return startByMessages(participant, data, operation, algorithm);
    };
    const schedule = sharedMemoryAllreduce(participant, data, operation, target, otherwise);
    const plan: Plan<T> = { algorithm: 'sharedMemory', schedule };
    return plan;
  }
  const algorithm = (asked ?? choose()) as keyof typeof algorithms;
  return { algorithm, schedule: startByMessages(participant, data, operation, algorithm) };
}

function startByMessages<T>(
  participant: Participant,
  data: T,
  operation: ReduceOperation<T>,
  algorithm: keyof typeof algorithms,
): Schedule<T> {
  const { name, copy } = participant;
  const start = named(name, algorithms, algorithm);
  if (algorithm in cuttingAllreduceAlgorithms) {
    requireCut(name, algorithm, data, operation as ReduceOperation<never>);
  }
  // A table's entries differ in what they take; that this one takes these is what was just asked.
  const schedule = (start as typeof reduceBcastAllreduce)(participant, data, operation);
  return ownResult(schedule, data, copy);
}
