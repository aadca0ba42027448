/** What a program has started on another machine ends with its job, also where it has become a daemon. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { countOf } from '../cluster/processes';
import { until } from '../cluster/until';
import { type Cluster, withCluster } from '../cluster/withCluster';
import { type Sshd, startSshd } from './sshd';

describe('a daemon that a program has started over SSH', () => {
  let sshd: Sshd;
  before(async () => {
    sshd = await startSshd();
  });
  after(() => sshd.stop());

  /** A job on the machine, one of whose processes sleeps in a session of its own; and how often it does. */
  const startSleeper = async ({ start }: Cluster, seconds: string) => {
    const job = await start(
      `require('node:child_process').spawnSync('sh', ['-c', 'setsid sleep ${seconds} > /dev/null 2>&1 < /dev/null &']);
       for (;;) world.iprobe(0, 1);`,
      1,
      { cluster: 'lab' },
    );
    const sleepers = () => countOf(`sleep ${seconds}`);
    await until('it sleeps', () => sleepers() === 1);
    return { job, sleepers };
  };
  const withLab = (body: (cluster: Cluster) => Promise<void>) => {
    const lab = { type: 'ssh', nodes: 1, configFile: sshd.configFile, hosts: ['lab'] };
    return withCluster(body, { configuration: { clusters: { lab } } });
  };

  test('ends with the job', () =>
    withLab(async (cluster) => {
      const { job, sleepers } = await startSleeper(cluster, `200001.${process.pid}`);
      assert.equal((await job.stop()).state, 'stopped');
      await until('nothing is left', () => sleepers() === 0);
    }));

  test('ends with the lease, once nobody is there any more', () =>
    withLab(async (cluster) => {
      const { sleepers } = await startSleeper(cluster, `200002.${process.pid}`);
      process.kill(cluster.info.pid, 'SIGKILL');
      await until('nothing is left', () => sleepers() === 0);
    }));
});
