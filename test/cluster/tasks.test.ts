/** Programs of tasks on real nodes, and what they survive: real signals, at random times. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobSpec } from '../../runtime/protocol/job';
import { assertSucceeded, type Cluster, programs, withCluster } from './withCluster';
import type { ObservedJob } from './observedJob';

const program = join(programs, 'tasks.ts');
const transports = ['shm', 'socket'] as const;

/** Runs one of the programs to its good end; answers what the driver has printed. */
async function run(cluster: Cluster, nodes: number, ...args: string[]): Promise<string[]> {
  const ended = await cluster.run(program, nodes, { args });
  assertSucceeded(ended);
  return ended.job.lines(0, 'log');
}

/** Runs one of the programs while something befalls its nodes. */
async function disturbed(
  { start }: Cluster,
  nodes: number,
  args: string[],
  disturb: (job: ObservedJob, pids: number[]) => Promise<void>,
  options: Partial<JobSpec> = {},
): Promise<string[]> {
  const job = await start(program, nodes, { args, ...options });
  const pids = await job.pids();
  await job.line('begun', 0);
  await disturb(job, pids);
  assertSucceeded({ job, info: await job.ended() });
  return job.lines(0, 'log');
}

describe('a program of tasks', () => {
  for (const nodes of [1, 2, 4]) {
    test(`gives what one loop gives, on ${nodes} nodes`, () =>
      withCluster(async (cluster) => {
        assert.deepEqual(await run(cluster, nodes, 'graph'), [
          'begun',
          'same true true',
          'counts {"total":91,"waiting":0,"running":0,"done":91,"failed":0,"cancelled":0,"fromJournal":0}',
        ]);
      }));
  }

  test('may await several long tasks: that is no deadlock', () =>
    withCluster(async (cluster) => {
      assert.deepEqual(await run(cluster, 2, 'patient'), ['begun', '[ 0, 1, 2 ]']);
    }));

  test('retries, fails, cancels, times out, shares, and says where and why', () =>
    withCluster(async (cluster) => {
      const lines = await run(cluster, 3, 'calls');
      const error = lines.splice(2, 1)[0] ?? '';
      assert.match(
        error,
        /^LockstepError: Task failing #3 of calls failed on node [12] at .*tasks\.ts:\d+:\d+: TypeError: attempt 1 fails$/,
      );
      assert.deepEqual(lines, [
        'result 3 taskFailed',
        'inputFailed failed',
        'taskCannotFit',
        'taskCancelled taskCancelled',
        'taskTimedOut',
        '1 done true calls',
        '4,4,4',
        '2,1',
        '1 rank 1; 2 rank 2',
      ]);
    }));

  test('places tasks by every policy, by its own, and says why', () =>
    withCluster(async (cluster) => {
      const lines = await run(cluster, 3, 'policies');
      assert.deepEqual(lines.splice(15), ['firstNode lastNode 1', 'lastNode 2', 'least-load lastNode']);
      assert.ok(
        lines.slice(0, -2).every((line) => / true$/.test(line)),
        lines.join('\n'),
      );
      assert.equal(lines.at(-2), 'lastNode 2');
      assert.match(lines.at(-1) ?? '', /^task mix #261: went to node 2 by lastNode: node 1 -, node 2 -$/);
    }));

  test('is told of failures that it has not asked for', () =>
    withCluster(async ({ run }) => {
      const ended = await run(program, 2, { args: ['unseen'] });
      assertSucceeded(ended);
      assert.match(
        ended.job.lines(0, 'lockstep').join(),
        /has not asked for a task that failed \(and 1 more\): Task failing #1 of unseen/,
      );
    }));

  test('fails with its policy, where that chooses no node', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(program, 2, { args: ['badChoice'] });
      assert.equal(info.failure?.error.code, 'badChoice');
      assert.equal(info.failure.rank, 0);
    }));
});

for (const transport of transports) {
  describe(`over ${transport}, the result is the same`, () => {
    for (let time = 0; time < 3; time += 1) {
      test(`when a node is killed at a random time (${time + 1})`, () =>
        withCluster(async (cluster) => {
          const lines = await disturbed(
            cluster,
            4,
            ['graph', '60', '10000000'],
            async (_, pids) => {
              await delay(Math.random() * 300);
              process.kill(pids[1 + (time % 3)] as number, 'SIGKILL');
            },
            { transport },
          );
          assert.equal(lines[1], 'same true true');
        }));
    }

    test('when all but one node that runs tasks are killed', () =>
      withCluster(async (cluster) => {
        const lines = await disturbed(
          cluster,
          4,
          ['long', '30', '40'],
          async (_, pids) => {
            for (const rank of [3, 1]) {
              await delay(Math.random() * 200);
              process.kill(pids[rank] as number, 'SIGKILL');
            }
          },
          { transport },
        );
        assert.deepEqual([lines[1], lines[3]], ['same true', 'nodes 2']);
      }));

    test('when a node falls silent for good', () =>
      withCluster(async (cluster) => {
        const lines = await disturbed(
          cluster,
          3,
          ['long', '40', '30'],
          async (job, pids) => {
            process.kill(pids[1] as number, 'SIGSTOP');
            await job.state(1, 'dead');
          },
          { transport },
        );
        assert.equal(lines[1], 'same true');
      }));
  });
}

test('a lost result is made again, and before it what it was made of and nobody has any more', () =>
  withCluster(async ({ start }) => {
    const job = await start(program, 3, { args: ['lineage'] });
    const pids = await job.pids();
    const rank = Number((await job.line('made', 0)).split(' ').at(-1));
    process.kill(pids[rank] as number, 'SIGKILL');
    assertSucceeded({ job, info: await job.ended() });
    assert.equal(job.lines(0, 'log').at(-1), 'sum 120000');
  }));

describe('a task that ends its node', () => {
  for (const signal of ['SIGKILL', 'exit']) {
    test(`by ${signal} is named bad after three nodes, and the others have their results`, () =>
      withCluster(async (cluster) => {
        const lines = await run(cluster, 6, 'kills', signal);
        assert.equal(lines[0], 'others true');
        assert.match(
          lines[1] ?? '',
          /Task killer #1 of kills is bad: each node that ran it died \(nodes \d, \d, \d\)/,
        );
        assert.equal(lines[2], 'nodes 2');
      }));
  }

  test('leaves no task waiting for ever where no node is left', () =>
    withCluster(async (cluster) => {
      assert.deepEqual(await run(cluster, 3, 'alone'), ['noNodesLeft noNodesLeft']);
    }));

  test('ends the job where it is the driver that dies', () =>
    withCluster(async ({ start }) => {
      const job = await start(program, 3, { args: ['long', '20', '100'] });
      const [driver = 0] = await job.pids();
      await job.line('begun', 0);
      process.kill(driver, 'SIGKILL');
      const info = await job.ended();
      assert.equal(info.failure?.error.code, 'nodeLost');
      assert.equal(info.failure.rank, 0);
    }));
});

test('a task that goes on after its time is ended with its node', () =>
  withCluster(async (cluster) => {
    const { job, info } = await cluster.run(program, 4, { args: ['endless'] });
    assertSucceeded({ job, info });
    assert.deepEqual(job.lines(0, 'log'), ['taskTimedOut', 'others true', 'nodes 2']);
    assert.match(job.lines(0, 'lockstep').join(), /Node \d is ended: task spin #1 goes on although its time/);
  }));

test('a slow node is left behind: what it holds up is copied to another', () =>
  withCluster(async (cluster) => {
    const lines = await disturbed(cluster, 4, ['long', '60', '20'], async (job, pids) => {
      const [, slow = 0] = pids;
      const stop = new AbortController();
      const ended = job.ended().then(() => stop.abort());
      // It gets a tenth of its time, and is never silent for long.
      while (!stop.signal.aborted) {
        try {
          process.kill(slow, 'SIGSTOP');
          await delay(450);
          process.kill(slow, 'SIGCONT');
          await delay(50);
        } catch {
          break; // the job has ended
        }
      }
      await ended;
    });
    assert.equal(lines[1], 'same true');
    assert.equal(lines[3], 'nodes 1,2,3');
  }));
