import { after, before } from 'node:test';
import { type Cluster, withCluster } from '../cluster/withCluster';
import { eventually } from '../remote/commands';
import { queued, type SlurmDaemons, startSlurm } from './slurmDaemons';

/** A cluster on both machines, two nodes on each. */
export const lab = { type: 'slurm', partition: 'all', nodes: 2, tasksPerNode: 2, time: '00:10:00' };

/** Starts the daemons before the tests of this file and ends them afterwards; answers where to find them. */
export function useSlurm(): () => SlurmDaemons {
  let daemons: SlurmDaemons | undefined;
  before(async () => {
    daemons = await startSlurm();
  });
  after(() => daemons?.stop());
  return () => daemons as SlurmDaemons;
}

/** Runs `body` with a cluster whose `lab` is Slurm's; fails if anything of it is left, in the queue too. */
export async function withLab(
  body: (cluster: Cluster) => Promise<void>,
  clusters: Record<string, object> = {},
): Promise<void> {
  await withCluster(body, { configuration: { clusters: { lab, ...clusters } } });
  await eventually('the queue is empty', () => queued().length === 0);
}

/** Ends a process at once, by its id. */
export const killNow = (pid: number): void => void process.kill(pid, 'SIGKILL');
