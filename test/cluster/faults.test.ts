import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { FaultPlan } from '../../runtime/protocol/faults';
import { until } from './until';
import { assertSucceeded, type Cluster, programs, withCluster } from './withCluster';

const run = (
  body: string,
  nodes: number,
  check: (ended: Awaited<ReturnType<Cluster['run']>>, cluster: Cluster) => void | Promise<void>,
  options: Parameters<Cluster['run']>[2] = {},
) => withCluster(async (cluster) => check(await cluster.run(body, nodes, options), cluster));

/** What arrives of twenty datagrams over a way that loses, doubles and reorders; the end is told over a reliable one. */
const datagrams = `
if (world.rank === 0) {
  faults.loss({ from: 0, to: 1, rate: 0.3, raw: true });
  faults.duplicate({ from: 0, to: 1, rate: 0.2 });
  faults.reorder({ from: 0, to: 1, rate: 0.2, ms: 50 });
}
world.barrier();
if (world.rank === 0) for (let i = 0; i < 20; i += 1) world.send(i, 1, 5);
world.barrier();
if (world.rank === 1) {
  const got: number[] = [];
  const end = Date.now() + 500;
  while (Date.now() < end) if (world.iprobe(0, 5)) got.push(world.recv<number>(0, 5));
  log(got.sort((a, b) => a - b).join());
}`;

/** 60 rounds of everybody with everybody, each of which must be right. */
const rounds = `
const sum = (world.size * (world.size - 1)) / 2;
for (let i = 0; i < 60; i += 1) {
  const all = world.alltoall(Array.from({ length: world.size }, (_, to) => [world.rank, to, i]));
  for (const [from, [source, to, round]] of all.entries())
    if (source !== from || to !== world.rank || round !== i) throw new Error('another message in round ' + i);
  if (world.allreduce(world.rank + i) !== sum + world.size * i) throw new Error('another sum in round ' + i);
}
log('right');`;

describe('faults made on purpose', () => {
  for (const transport of ['shm', 'socket'] as const) {
    test(`${transport}: delays are as long as was asked for, and end when they are healed`, () =>
      run(
        `
        const other = 1 - world.rank;
        const roundTripMs = () => {
          world.barrier();
          const since = performance.now();
          for (let i = 0; i < 5; i += 1) {
            if (world.rank === 0) world.send(i, other);
            if (world.recv(other) !== i) throw new Error('another message');
            if (world.rank === 1) world.send(i, other);
          }
          return (performance.now() - since) / 5;
        };
        if (world.rank === 0) faults.delay({ from: 0, to: 1, ms: 60 });
        const late = roundTripMs();
        if (world.rank === 0) faults.heal();
        world.barrier();
        if (world.rank === 0) log(late >= 60, Math.min(...Array.from({ length: 5 }, roundTripMs)) < late);
        else for (let i = 0; i < 5; i += 1) roundTripMs();`,
        2,
        (ended) => {
          assertSucceeded(ended);
          assert.deepEqual(ended.job.lines(0, 'log'), ['true true']);
        },
        { transport },
      ));

    test(`${transport}: the rules of the standard hold under delay, jitter, loss and a little bandwidth`, () =>
      withCluster(async (cluster) => {
        const faults: FaultPlan = {
          seed: 11,
          faults: [
            { fault: 'delay', ms: 0.2, jitter: 0.2 },
            { fault: 'loss', rate: 0.0005 },
            { fault: 'reorder', rate: 0.05, ms: 1 },
            { fault: 'duplicate', rate: 0.1 },
            { fault: 'bandwidth', mbit: 2000 },
          ],
        };
        const program = join(programs, 'conformance.ts');
        assertSucceeded(await cluster.run(program, 3, { transport, faults }));
      }));
  }

  test('raw messages are lost and doubled; the same seed loses the same, whatever carries them', () =>
    withCluster(async (cluster) => {
      const seen = new Set<string>();
      for (const transport of ['shm', 'socket'] as const) {
        const ended = await cluster.run(datagrams, 2, { transport, faults: { seed: 7 } });
        assertSucceeded(ended);
        assert.deepEqual(ended.info.warnings ?? [], [], 'doubles that nobody has received are no mistake');
        seen.add(ended.job.lines(1, 'log').join());
      }
      const [got = ''] = seen;
      assert.equal(seen.size, 1, [...seen].join('\n'));
      const arrived = got.split(',');
      assert.ok(new Set(arrived).size < 20 && new Set(arrived).size < arrived.length, got);
    }));

  test('a cut holds messages back until it is healed; none is lost', () =>
    run(
      rounds,
      4,
      (ended) => {
        assertSucceeded(ended);
        assert.deepEqual(ended.job.lines(undefined, 'log'), ['right', 'right', 'right', 'right']);
      },
      {
        faults: {
          faults: [
            {
              fault: 'cut',
              sides: [
                [0, 1],
                [2, 3],
              ],
              forMs: 700,
            },
          ],
        },
      },
    ));

  test('where faults are to come later, collectives go by messages from the beginning: they are late then, too', () =>
    run(
      `
      for (let i = 0; i < 40; i += 1) world.barrier();
      if (world.rank === 0) log(world.lastCollective?.algorithm);`,
      2,
      (ended) => {
        assertSucceeded(ended);
        assert.deepEqual(ended.job.lines(undefined, 'log'), ['dissemination']);
      },
      { faults: { faults: [{ fault: 'delay', ms: 1, when: { printed: 'never' } }] } },
    ));

  test('who waits behind a cut that nobody will heal is told so', () =>
    run(
      rounds,
      4,
      ({ info }) => {
        assert.equal(info.failure?.error.code, 'deadlock');
        assert.match(info.failure.error.message, /start: cut between nodes 0, 1 and nodes 2, 3\./);
      },
      {
        faults: {
          faults: [
            {
              fault: 'cut',
              sides: [
                [0, 1],
                [2, 3],
              ],
            },
          ],
        },
      },
    ));

  test('who waits for a message that was lost is told by whom, with its line', () =>
    run(
      `
      if (world.rank === 0) faults.loss({ to: 1, rate: 1, raw: true });
      world.barrier();
      if (world.rank === 0) world.send('gone', 1, 7);
      else world.recv(0, 7);`,
      2,
      ({ info }) => {
        assert.equal(info.failure?.error.code, 'deadlock');
        const lost =
          /way from node 0 to node 1 is raw and has lost a message with tag 7 \(sent at program1\.ts:4\)/;
        assert.match(info.failure.error.message, lost);
      },
    ));

  test('a nemesis disturbs and changes no result; what it did is recorded, and the same again', () =>
    withCluster(async (cluster) => {
      const nemesis = { everyMs: 120, count: 8 };
      const faults: FaultPlan = { seed: 42, nemesis };
      const reports = [];
      for (let i = 0; i < 2; i += 1) {
        const ended = await cluster.run(
          `${rounds}\nawait new Promise((done) => setTimeout(done, 1800));`,
          4,
          {
            faults,
          },
        );
        assertSucceeded(ended);
        const report = await cluster.client.request('faults', { job: ended.job.id });
        reports.push(report.records.filter(({ ended: over }) => !over).map(({ fault }) => fault));
        assert.match(ended.job.lines(undefined, 'lockstep').join('\n'), /come from seed 42\./);
      }
      const [first, second] = reports;
      assert.equal(first?.length, 8);
      assert.deepEqual(first, second);
    }));

  test('a node is stopped and goes on, is slowed down, and is killed when a line is printed', () =>
    withCluster(async (cluster) => {
      const job = await cluster.start(
        `
        for (let i = 0; ; i += 1) {
          world.barrier();
          if (i === 20 && world.rank === 0) { faults.stop(1); log('stopped'); }
          if (i === 40 && world.rank === 0) log('ready to die');
          if (i === 30 && world.rank === 0) faults.slow(1, 0.5);
        }`,
        2,
        { faults: { faults: [{ fault: 'kill', node: 1, when: { printed: 'ready to die' } }] } },
      );
      await job.line('stopped');
      const { pid } = await nodeOf(cluster, job.id, 1);
      const stateOf = () => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.[0];
      await until('the process stands', () => stateOf() === 'T');
      await cluster.client.request('injectFault', { job: job.id, fault: { fault: 'continue', node: 1 } });
      await job.line('ready to die');
      const info = await job.ended();
      assert.deepEqual([info.failure?.error.code, info.failure?.rank], ['nodeLost', 1]);
      assert.match(info.failure?.error.message ?? '', /killed on purpose/);
    }));

  test('a fault that makes no sense is an error at the program’s line', () =>
    run(`\nif (world.rank === 0) faults.kill(9);\nworld.barrier();`, 2, ({ info }) => {
      assert.deepEqual([info.failure?.error.code, info.failure?.at?.line], ['badFault', 2]);
      assert.match(
        info.failure?.error.message ?? '',
        /faults\.kill: there is no node 9; the ranks are 0 to 1/,
      );
    }));
});

async function nodeOf({ client }: Cluster, job: string, rank: number) {
  const jobs = await client.request('jobs', {});
  const node = jobs.find((each) => each.job.id === job)?.nodes[rank];
  assert.ok(node);
  return node;
}
