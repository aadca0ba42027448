/** What the programs of the suite check with: they run on nodes, far from the test runner. */
import { isDeepStrictEqual, inspect } from 'node:util';
import type * as mpi from '../index';

/** What a program imports for message passing. */
export type Mpi = typeof mpi;

/** One rule of the standard as a program that every rank runs; it throws where the rule is broken. */
export interface ConformanceCase {
  /** The rule, with its section of the MPI standard 4.0. */
  rule: string;
  /** The sizes of communicator on which it makes sense: from `atLeast` (1 if absent) on. */
  atLeast?: number;
  run: (world: mpi.Communicator, api: Mpi) => void | Promise<void>;
}

/** Throws if the two are not the same, deeply. */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what}: got ${inspect(actual)}, expected ${inspect(expected)}`);
}

/** Throws if `call` does not throw a LockstepError of this code. */
export function throwsCode(code: string, call: () => unknown): void {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  same((thrown as { code?: string } | undefined)?.code, code, `the error of ${call.toString()}`);
}

/** The numbers 0 to `size - 1`. */
export function ranks(size: number): number[] {
  return Array.from({ length: size }, (_, i) => i);
}

/** The neighbours of a rank on a ring. */
export function ring({ rank, size }: mpi.Communicator): { left: number; right: number } {
  return { left: (rank + size - 1) % size, right: (rank + 1) % size };
}

/** How often each rank does something that all do, one after the other: about `total` times in all, and at least five. */
export function turns(total: number, { size }: mpi.Communicator): number {
  return Math.max(5, Math.ceil(total / size));
}
