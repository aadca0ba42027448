/** Jobs of tasks on machines reached over SSH whose nodes come and go while they run: two real servers. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertSucceeded, type Cluster, programs, withCluster } from '../cluster/withCluster';
import { eventually, processesWith } from './commands';
import { startTwoMachines, type TwoMachines } from './twoMachines';

const program = join(programs, 'elastic.ts');
const onLab = { cluster: 'lab' };

/** Runs `body` with a cluster of two machines, each with so many places, if that is given. */
async function withLab(
  body: (cluster: Cluster, machines: TwoMachines) => Promise<void>,
  { nodes, peerLinks }: { nodes?: number; peerLinks?: 'direct' } = {},
): Promise<void> {
  const machines = await startTwoMachines();
  const hosts = machines.cluster.hosts.map((host) => ({ ...host, nodes }));
  const lab = { ...machines.cluster, nodes: 2, hosts, peerLinks };
  try {
    await withCluster((cluster) => body(cluster, machines), { configuration: { clusters: { lab } } });
  } finally {
    await machines.stop();
  }
}

/** Names of the machines of a job's nodes, by rank. */
async function hostsOf({ client }: Cluster, job: string): Promise<string[]> {
  const snapshots = await client.request('jobs', {});
  return snapshots.find(({ job: { id } }) => id === job)?.nodes.map(({ host }) => host) ?? [];
}

describe('a job on two machines reached over SSH', () => {
  for (const peerLinks of [undefined, 'direct'] as const) {
    test(`has more nodes and fewer on both, and loses no result${peerLinks ? ', over direct links' : ''}`, () =>
      withLab(
        async (cluster, { first, second }) => {
          const { job, info } = await cluster.run(program, 2, { ...onLab, args: ['there'] });
          assertSucceeded({ job, info });
          assert.deepEqual(job.lines(0, 'log').slice(0, 7), [
            'scaled 4 4',
            'same true',
            'holders 1,2,3',
            'scaled 2 1',
            'same true again 2',
            `sum ${(20_000 * 24 * 23) / 2}`,
            'moved 20000 0',
          ]);
          assert.deepEqual(await hostsOf(cluster, job.id), ['lab', 'lab2', 'lab', 'lab2']);
          const left = () =>
            [first, second].flatMap(({ home }) =>
              processesWith(home).filter((line) => /node\.js/.test(line)),
            );
          await eventually('the processes of all nodes have ended', () => left().length === 0);
        },
        { peerLinks },
      ));
  }

  test('goes on when a machine is lost on which a node was about to join; later ones join on the other', () =>
    withLab(async (cluster, { second }) => {
      const job = await cluster.start(program, 2, { ...onLab, args: ['until', '3', '4'] });
      const isAtWork = () => job.lines(0, 'log').length > 2 || undefined;
      await cluster.recording.until('the results of the other machine', isAtWork);
      const stopped = second.stop(true);
      const first = await cluster.client.request('scaleJob', { job: job.id, nodes: 4 });
      await stopped;
      assert.equal(first.size, 2, 'the driver and the one on its machine');
      await job.line('lab2: it could not be reached again within 10 s', 3);
      assert.match(job.lines(3).join('\n'), /its nodes have ended\..* The job goes on without it\./);
      await cluster.client.request('scaleJob', { job: job.id, nodes: 3 });
      await job.line('has 3', 0);
      await cluster.client.request('scaleJob', { job: job.id, nodes: 4 });
      assertSucceeded({ job, info: await job.ended() });
      assert.equal(job.lines(0, 'log').at(-1), 'same true');
      const hosts = await hostsOf(cluster, job.id);
      assert.deepEqual(hosts.slice(0, 4), ['lab', 'lab2', 'lab', 'lab2']);
      assert.deepEqual(new Set(hosts.slice(4)), new Set(['lab']));
    }));

  test('is told when its machines have no place for more', () =>
    withLab(
      async (cluster) => {
        const job = await cluster.start(program, 4, { ...onLab, args: ['until', '3', '4'] });
        await job.line('working', 0);
        await assert.rejects(cluster.client.request('scaleJob', { job: job.id, nodes: 5 }), {
          message: /^5 nodes do not fit the hosts, which say 4 between them\. Change "nodes"/,
        });
        await cluster.client.request('scaleJob', { job: job.id, nodes: 3 });
        await job.line('has 3', 0);
        await cluster.client.request('scaleJob', { job: job.id, nodes: 4 });
        assertSucceeded({ job, info: await job.ended() });
      },
      { nodes: 2 },
    ));
});
