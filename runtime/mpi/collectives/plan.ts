/** A collective call ready to run: an algorithm chosen, and this node's part of it. */
import { LockstepError } from '../../protocol/errors';
import { Operation, type ReduceOperation } from '../operations';
import type { Vector } from './reduction';
import type { Participant, Schedule } from './schedule';

/** What runs is `schedule`; `algorithm` is for those who watch, and may become known on the way. */
export interface Plan<T> {
  algorithm: string;
  schedule: Schedule<T>;
}

/** The entry of a table that a program asked for by name. Throws LockstepError `badAlgorithm` if there is none. */
export function named<A extends string, S>(call: string, algorithms: Readonly<Record<A, S>>, name: A): S {
  if (Object.hasOwn(algorithms, name)) return algorithms[name];
  const known = Object.keys(algorithms).join(', ');
  throw badAlgorithm(call, `there is no algorithm ${JSON.stringify(name)}; there are ${known}`);
}

const never = (): boolean => false;

/**
 * True if a call is to be made in memory that the nodes share: where the program says so, or says nothing and it suits. Throws
 * LockstepError `badAlgorithm` for a call that does not block.
 */
export function inSharedMemory(
  { name, memory }: Participant,
  asked: string | undefined,
  isLong = never,
): boolean {
  if (asked !== undefined && asked !== 'sharedMemory') return false;
  if (memory !== undefined) return memory.suits(isLong, asked !== undefined);
  if (asked === undefined) return false;
  throw badAlgorithm(name, 'the algorithm sharedMemory is for calls that block');
}

/** True if the data are a typed array and the operation is one that works on its elements in any order. */
export function canCut(data: unknown, operation: ReduceOperation<never>): boolean {
  return isVector(data) && operation instanceof Operation && operation.commutes;
}

/** Refuses an algorithm that cuts the data where that cannot be. Throws LockstepError `badAlgorithm`. */
export function requireCut(
  call: string,
  name: string,
  data: unknown,
  operation: ReduceOperation<never>,
): void {
  if (!isVector(data))
    throw badAlgorithm(call, `the algorithm ${name} cuts the data, and needs a typed array`);
  if (!canCut(data, operation)) {
    const needs = 'needs a predefined operation, or an `Operation` that commutes';
    throw badAlgorithm(call, `the algorithm ${name} combines blocks in any order, and ${needs}`);
  }
}

/** The error of an algorithm that does not fit the call. */
export function badAlgorithm(operation: string, problem: string): LockstepError {
  return new LockstepError('badAlgorithm', { operation, problem });
}

function isVector(data: unknown): data is Vector {
  return ArrayBuffer.isView(data) && !(data instanceof DataView);
}

/** Bytes of a typed array; 0 for what is none. */
export function vectorBytes(data: unknown): number {
  return isVector(data) ? data.byteLength : 0;
}
