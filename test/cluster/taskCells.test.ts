/**
 * Each fault that a program of tasks survives, with real signals at random times: no task lost, none counted twice, the
 * result that of one loop. LOCKSTEP_CELL_RUNS repeats each; LOCKSTEP_CELL names one of them. Prints what was measured.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../../runtime/protocol/faults';
import type { ObservedJob } from './observedJob';
import { assertSucceeded, type Cluster, programs, withCluster } from './withCluster';

const runs = Number(process.env['LOCKSTEP_CELL_RUNS'] ?? 1);
const only = process.env['LOCKSTEP_CELL'] ?? '';
const program = join(programs, 'taskCells.ts');
const nodes = 4;

interface Counted {
  lost: number;
  doubled: number;
  wrong: number;
  nodes: number;
  failure?: string;
}

/** What befalls a job; answers after how many milliseconds it was noticed, where there is something to notice. */
type Disturb = (job: ObservedJob, pids: number[], cluster: Cluster) => Promise<number | undefined>;

/** Runs the program while something befalls it; its results have to be right. */
async function disturbed(
  cluster: Cluster,
  disturb: Disturb,
  args: string[] = [],
): Promise<{ counted: Counted; noticedMs: number | undefined; job: ObservedJob }> {
  const job = await cluster.start(program, nodes, { args });
  const pids = await job.pids();
  await job.line('begun', 0);
  await delay(Math.random() * 300);
  const noticedMs = await disturb(job, pids, cluster);
  assertSucceeded({ job, info: await job.ended() });
  const counted = JSON.parse(job.lines(0, 'log').at(-1) ?? '{}') as Counted;
  assert.deepEqual([counted.lost, counted.doubled, counted.wrong], [0, 0, 0]);
  return { counted, noticedMs, job };
}

/** Some node that only runs tasks. */
const anyRank = (): number => 1 + Math.floor(Math.random() * (nodes - 1));

/** Sends a signal to a node and waits until it is known as dead. */
const untilDead =
  (signal: NodeJS.Signals): Disturb =>
  async (job, pids) => {
    const rank = anyRank();
    const atMs = Date.now();
    process.kill(pids[rank] as number, signal);
    return (await job.state(rank, 'dead')).atMs - atMs;
  };

/** Lets faults of messages last for a while. */
const withFaults =
  (faults: Fault[], forMs: number): Disturb =>
  async (job, _, { client }) => {
    for (const fault of faults) await client.request('injectFault', { job: job.id, fault });
    await delay(forMs);
    await client.request('injectFault', { job: job.id, fault: { fault: 'heal' } }).catch(() => undefined);
    return undefined;
  };

const nothing: Disturb = () => Promise.resolve(undefined);

/** By name: one run; answers after how long the fault was noticed. */
const cells: Record<string, (cluster: Cluster) => Promise<number | undefined>> = {
  async 'kill -9 a node'(cluster) {
    const { counted, noticedMs } = await disturbed(cluster, untilDead('SIGKILL'));
    assert.equal(counted.nodes, nodes - 2);
    return noticedMs;
  },

  async 'SIGSTOP a node'(cluster) {
    const { counted, noticedMs } = await disturbed(cluster, untilDead('SIGSTOP'), ['400']);
    assert.equal(counted.nodes, nodes - 2);
    return noticedMs;
  },

  async 'SIGSTOP for 1.5 s'(cluster) {
    const { counted, job } = await disturbed(cluster, async (_, pids) => {
      const pid = pids[anyRank()] as number;
      process.kill(pid, 'SIGSTOP');
      await delay(1500);
      process.kill(pid, 'SIGCONT');
      return undefined;
    });
    assert.equal(counted.nodes, nodes - 1);
    for (let rank = 1; rank < nodes; rank += 1) {
      assert.ok(
        !job.history(rank).some(({ node }) => node.state === 'dead'),
        `node ${rank} was taken for dead`,
      );
    }
    return undefined;
  },

  async 'a slow node'(cluster) {
    const { counted } = await disturbed(cluster, async (job, pids) => {
      const pid = pids[anyRank()] as number;
      const ended = job.ended();
      let over = false;
      void ended.then(() => (over = true));
      // It gets a tenth of its time, and is never silent for long.
      while (!over) {
        try {
          process.kill(pid, 'SIGSTOP');
          await delay(450);
          process.kill(pid, 'SIGCONT');
          await delay(50);
        } catch {
          break; // the job has ended
        }
      }
      return undefined;
    });
    assert.equal(counted.nodes, nodes - 1);
    return undefined;
  },

  async 'a partition'(cluster) {
    await disturbed(cluster, withFaults([{ fault: 'cut', sides: [[anyRank()], [0]] }], 1500));
    return undefined;
  },

  async 'delay, 5 % loss, 5 % doubled, reordering'(cluster) {
    const faults: Fault[] = [
      { fault: 'delay', ms: 5, jitter: 5 },
      { fault: 'loss', rate: 0.05 },
      { fault: 'duplicate', rate: 0.05 },
      { fault: 'reorder', rate: 0.2, ms: 10 },
    ];
    await disturbed(cluster, withFaults(faults, 2000));
    return undefined;
  },

  async 'disk full'(cluster) {
    const { counted } = await disturbed(cluster, nothing, ['60', 'disk']);
    assert.match(counted.failure ?? '', /^Task fillDisk #1 of cells failed on node \d .*ENOSPC/);
    assert.equal(counted.nodes, nodes - 1);
    return undefined;
  },

  async 'kill -9 the coordinator'({ client, info, start }) {
    const job = await start(program, nodes, { args: ['2000'] });
    await job.line('begun', 0);
    const lost = new Promise<string>((resolve) => client.onClosed((error) => resolve(error.code)));
    await delay(Math.random() * 300);
    const atMs = Date.now();
    process.kill(info.pid, 'SIGKILL');
    assert.equal(await lost, 'coordinatorLost');
    return Date.now() - atMs;
  },
};

async function repeat(context: TestContext, name: string): Promise<void> {
  const noticed: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    await withCluster(async (cluster) => {
      const noticedMs = await (cells[name] as (cluster: Cluster) => Promise<number | undefined>)(cluster);
      if (noticedMs !== undefined) noticed.push(noticedMs);
    });
  }
  noticed.sort((a, b) => a - b);
  const times =
    noticed.length === 0
      ? ''
      : `, noticed after ${noticed[noticed.length >> 1] ?? NaN} ms, at most ${noticed.at(-1) ?? NaN} ms`;
  const line = `${name}: ${runs} runs, 0 lost, 0 counted twice, 0 wrong${times}`;
  if (runs > 1) process.stdout.write(`${line}\n`);
  else context.diagnostic(line);
}

describe('a program of tasks has all its results once under', () => {
  for (const name of Object.keys(cells).filter((each) => each.includes(only))) {
    test(name, (context) => repeat(context, name));
  }

  test('the loss of all nodes that run tasks, after the driver is done: the job has succeeded all the same', () =>
    withCluster(async ({ start }) => {
      const job = await start(join(programs, 'doneAlone.ts'), 3);
      const [, ...others] = await job.pids();
      await job.line('begun', 0);
      for (const pid of others) process.kill(pid, 'SIGSTOP');
      await job.line('done', 0);
      await job.state(0, 'done');
      for (const pid of others) process.kill(pid, 'SIGKILL');
      assertSucceeded({ job, info: await job.ended() });
    }));

  test('a task that takes all memory: it is named bad, its nodes with their limit', () =>
    withCluster(
      async (cluster) => {
        const job = await cluster.start(program, 5, { args: ['60', 'memory'] });
        const info = await job.ended();
        assertSucceeded({ job, info });
        const counted = JSON.parse(job.lines(0, 'log').at(-1) ?? '{}') as Counted;
        assert.deepEqual([counted.lost, counted.doubled, counted.wrong, counted.nodes], [0, 0, 0, 1]);
        assert.match(
          counted.failure ?? '',
          /^Task fillMemory #1 of cells is bad: each node that ran it died/,
        );
        const told = job.lines(undefined, 'lockstep').filter((line) => /ran out of memory/.test(line));
        assert.equal(told.length, 3, told.join('\n'));
        for (const line of told)
          assert.match(line, /ran out of memory( in task fillMemory #1)? \(limit 64 MiB\)/);
      },
      { configuration: { clusters: { local: { type: 'local', nodes: 5, memoryMiB: 64 } } } },
    ));
});
