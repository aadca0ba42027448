/** Typed arrays cut by counts and put together again, for the calls whose names end in v. */
import { LockstepError } from '../../protocol/errors';
import type { NumberArray } from '../layout';
import type { Concatenated } from './options';
import { mapSchedule, type Participant } from './schedule';
import type { Plan } from './plan';

/** The blocks of a typed array, one for each count, as views. Throws LockstepError `badCount` if they do not fill it. */
export function blocksByCount<V extends NumberArray>(
  { name, size }: Pick<Participant, 'name' | 'size'>,
  data: V,
  counts: readonly number[],
): V[] {
  checkCounts(name, size, data.length, counts);
  let at = 0;
  return counts.map((count) => data.subarray(at, (at += count)) as V);
}

/** Throws LockstepError `badCount` unless there is a count for each rank and together they make `length`. */
export function checkCounts(call: string, size: number, length: number, counts: readonly number[]): void {
  const problem =
    counts.length !== size
      ? `it takes a count for each of the ${size} ranks, and got ${counts.length}`
      : countsProblem(length, counts);
  if (problem) throw new LockstepError('badCount', { operation: call, problem });
}

/** Puts typed arrays end to end. */
export function concatenate<V extends NumberArray>(blocks: readonly V[]): Concatenated<V> {
  const counts = blocks.map(({ length }) => length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [first] = blocks as [V];
  const data = new (first.constructor as new (length: number) => V)(total);
  let at = 0;
  for (const block of blocks) {
    data.set(block as never, at);
    at += block.length;
  }
  return { data, counts };
}

/** A plan whose result is another one's, changed. */
export function mapPlan<A, B>(plan: Plan<A>, change: (result: A) => B): Plan<B> {
  return { algorithm: plan.algorithm, schedule: mapSchedule(plan.schedule, change) };
}

function countsProblem(length: number, counts: readonly number[]): string | undefined {
  const wrong = counts.find((count) => !Number.isInteger(count) || count < 0);
  if (wrong !== undefined) return `a count is a whole number from 0, and one is ${wrong}`;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total === length ? undefined : `the counts make ${total} elements, and the array has ${length}`;
}

/** The same count for each rank. Throws LockstepError `badCount` if the length is no multiple of their number. */
export function equalCounts(call: string, size: number, length: number): number[] {
  if (length % size === 0) return new Array<number>(size).fill(length / size);
  const problem = `it takes a multiple of ${size} elements, the same number for each rank, and got ${length}`;
  throw new LockstepError('badCount', { operation: call, problem });
}
