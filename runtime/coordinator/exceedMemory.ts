import type { AgentRequests } from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import type { Job } from './job';
import type { NodeHandle } from './nodeHandle';

/** A node has more memory than it may, and is about to end itself: it dies, or its job fails, with that reason. */
export function exceedMemory(
  job: Job,
  node: NodeHandle,
  { limitMiB, task }: AgentRequests['outOfMemory'],
): void {
  const { rank } = node;
  const error = new LockstepError('outOfMemory', { rank, limitMiB, task });
  if (job.outlives(rank)) node.die(error.message);
  else job.fail(rank, error);
}
