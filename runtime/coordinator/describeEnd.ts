import type { ProcessEnd } from '../launch/local';
import { LockstepError } from '../protocol/errors';
import type { JobFailure } from '../protocol/job';
import type { NodeHandle } from './nodeHandle';

/** How a node's process ended, as the reason why the node is lost. */
export function describeEnd({ code, signal, error, lost, outOfMemory }: ProcessEnd): string {
  if (lost) return lost.message;
  if (error) return `its process could not be started: ${error.message}`;
  if (outOfMemory) return 'it ran out of memory';
  if (signal) return `its process was killed by ${signal}`;
  return code === null
    ? 'its process was killed, or has crashed'
    : `its process ended with exit code ${code}`;
}

/** Why a job fails whose node has ended before its program. */
export function describeLoss(
  { rank, info, connected }: NodeHandle,
  end: ProcessEnd,
  limitMiB: number | undefined,
): JobFailure {
  if (end.lost) return { error: end.lost.toWire() };
  if (end.outOfMemory) {
    const { task } = info;
    return { rank, error: new LockstepError('outOfMemory', { rank, limitMiB, task }).toWire() };
  }
  const reason = info.reason ?? describeEnd(end);
  const code = connected ? 'nodeLost' : 'nodesDidNotStart';
  return { rank, error: new LockstepError(code, { rank, reason }).toWire() };
}
