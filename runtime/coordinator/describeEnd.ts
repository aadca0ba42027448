import type { ProcessEnd } from '../launch/local';
import { LockstepError } from '../protocol/errors';
import type { JobFailure } from '../protocol/job';
import { memoryError } from './memoryLimits';
import type { NodeHandle } from './nodeHandle';

/** How a node's process ended, as the reason why the node is lost. */
export function describeEnd({ code, signal, error, lost, outOfMemory }: ProcessEnd): string {
  if (lost) return lost.message;
  if (error) return `its process could not be started: ${error.message}`;
  if (outOfMemory === 'machine') return 'its machine ran out of memory, and the kernel ended it';
  if (outOfMemory) return outOfMemory === 'heap' ? 'it ran out of memory' : 'it used too much memory';
  if (signal) return `its process was killed by ${signal}`;
  return code === null
    ? 'its process was killed, or has crashed'
    : `its process ended with exit code ${code}`;
}

/** Why a job fails whose node has ended before its program. */
export function describeLoss(node: NodeHandle, end: ProcessEnd, heapMiB: number | undefined): JobFailure {
  const { rank, info, connected, excess } = node;
  const { task } = info;
  if (end.lost) return { error: end.lost.toWire() };
  if (excess) return { rank, error: excess.toWire() };
  if (end.outOfMemory === 'limit' && info.memoryLimit)
    return { rank, error: memoryError(node, heapMiB, task).toWire() };
  if (end.outOfMemory === 'heap')
    return { rank, error: new LockstepError('outOfMemory', { rank, limitMiB: heapMiB, task }).toWire() };
  const reason = info.reason ?? describeEnd(end);
  const code = connected ? 'nodeLost' : 'nodesDidNotStart';
  return { rank, error: new LockstepError(code, { rank, reason }).toWire() };
}
