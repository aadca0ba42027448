/** What a node may have of memory, and what is said of one that had more. */
import { LockstepError } from '../protocol/errors';
import type { NodeHandle } from './nodeHandle';

/** What a node may have beside its heap: Node.js itself, what lies outside the heap, and child processes. */
const besideNamedHeapMiB = 256;
/** The same where no limit was named, which then only keeps a program from taking the whole machine. */
const besideOwnHeapMiB = 1024;

/** All memory that a node may have, by its heap limit and whether the cluster names that. */
export function memoryLimitMiB(heapMiB: number, isNamed: boolean): number {
  return heapMiB + (isNamed ? besideNamedHeapMiB : besideOwnHeapMiB);
}

/** A node had more than all the memory that it may have. */
export function memoryError(
  { rank, info: { memoryLimit } }: Pick<NodeHandle, 'rank' | 'info'>,
  heapMiB: number | undefined,
  task: string | undefined,
): LockstepError {
  const { limitMiB, heldBy } = memoryLimit ?? {};
  return new LockstepError('memoryExceeded', { rank, limitMiB, heapMiB, heldBy, task });
}
