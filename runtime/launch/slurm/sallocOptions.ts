/** What is asked of Slurm. */
import type { SlurmCluster } from '../../protocol/configuration';
import { LockstepError } from '../../protocol/errors';

/** The options of `salloc` for so many of our nodes. Throws LockstepError(badPlacement) where the cluster has fewer. */
export function sallocOptions(cluster: SlurmCluster, tasks: number): string[] {
  const perNode = cluster.tasksPerNode ?? 1;
  const nodes = Math.ceil(tasks / perNode);
  if (nodes > cluster.nodes) {
    throw new LockstepError('badPlacement', { size: tasks, places: cluster.nodes * perNode });
  }
  const { partition, time, account, qos, constraint, options = [] } = cluster;
  const named = { partition, time, account, qos, constraint };
  return [
    '--job-name=lockstep',
    `--nodes=${nodes}`,
    `--ntasks=${tasks}`,
    `--ntasks-per-node=${perNode}`,
    ...Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : `--${name}=${value}`)),
    ...options,
  ];
}
