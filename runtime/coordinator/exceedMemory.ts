import type { AgentRequests } from '../protocol/agentLink';
import { memoryError } from './memoryLimits';
import type { Job } from './job';
import type { NodeHandle } from './nodeHandle';

/** A node has more memory than it may, and is about to end itself: it dies, or its job fails, with that reason. */
export function exceedMemory(
  job: Job,
  node: NodeHandle,
  { task = node.info.task }: AgentRequests['outOfMemory'],
): void {
  const { rank } = node;
  const error = memoryError(node, job.context.heapMiB[rank], task);
  node.excess = error;
  if (job.outlives(rank)) node.die('it used too much memory');
  else job.fail(rank, error);
}
