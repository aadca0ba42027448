/** Jobs of tasks whose nodes come and go while they run: real processes, real signals. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ClusterEvent } from '../../runtime/protocol/events';
import { startLockstep } from './commandLine';
import { isRunning } from './processes';
import { assertSucceeded, type Cluster, programs, withCluster } from './withCluster';

const program = join(programs, 'elastic.ts');

type Scaled = Extract<ClusterEvent, { type: 'jobScaled' }>;

/** The changes of a job's number of nodes that clients were told of. */
const changes = ({ recording }: Cluster): Scaled[] =>
  recording.events.flatMap(({ event }) => (event.type === 'jobScaled' ? [event] : []));

/** The message of the error that a request ends with. */
const problem = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => 'none',
    (error: Error) => error.message,
  );

describe('a driver', () => {
  for (const [transport, nodes] of [
    ['shm', 2],
    ['socket', 2],
    ['shm', 1],
  ] as const) {
    test(`has more nodes and fewer, and loses no result: from ${nodes} over ${transport}`, () =>
      withCluster(async (cluster) => {
        const ended = await cluster.run(program, nodes, { args: ['there'], transport });
        assertSucceeded(ended);
        const { job } = ended;
        const lines = job.lines(0, 'log');
        const own = nodes === 1 ? ['0', '1', '2', '3'] : ['1', '2', '3'];
        assert.deepEqual(lines.slice(0, 7), [
          'scaled 4 4',
          'same true',
          `holders ${own.join()}`,
          `scaled 2 ${3 - nodes}`,
          'same true again 2',
          `sum ${(20_000 * 24 * 23) / 2}`,
          'moved 20000 0',
        ]);
        const least = nodes === 1 ? '1' : "2 (the driver's and at least one that runs tasks)";
        assert.ok(
          lines[7]?.includes(`scale: 1 is not a number of nodes from ${least}`) || nodes === 1,
          lines[7],
        );
        assert.match(
          lines.slice(8).join('\n'),
          /scale: 2\.5 is not[^]*scale: 1000 is not a number of nodes from \d.* to 256/,
        );
        assert.match(lines.at(-1) ?? '', /no autoscaler/);

        const [more, fewer, ...others] = changes(cluster);
        assert.deepEqual([more?.by, more?.from, more?.to], ['program', nodes, 4]);
        assert.deepEqual([fewer?.from, fewer?.to, fewer?.joined], [4, 2, []]);
        assert.equal(others.length, nodes === 1 ? 1 : 0);
        for (const rank of fewer?.left ?? []) {
          const { node } = await job.state(rank, 'done');
          assert.ok(!isRunning(node.pid), `the process of node ${rank} is still there`);
        }
      }));
  }

  for (const transport of ['shm', 'socket'] as const) {
    test(`and the nodes that stay hold nothing of those that left, over ${transport}`, () =>
      withCluster(async (cluster) => {
        const files = readdirSync('/dev/shm');
        const ended = await cluster.run(program, 2, { args: ['cycles', '30'], transport });
        assertSucceeded(ended);
        assert.deepEqual(ended.job.lines(0, 'log'), ['same true', 'held as before']);
        const left = readdirSync('/dev/shm').filter((name) => !files.includes(name));
        assert.deepEqual(
          left.filter((name) => /lockstep/i.test(name)),
          [],
        );
      }));
  }

  test('chooses nodes that take no tasks for a while, and nodes that go', () =>
    withCluster(async (cluster) => {
      const ended = await cluster.run(program, 4, { args: ['chosen'] });
      assertSucceeded(ended);
      const [cordoned, again, left, sum, gone, unknown, fewer, last] = ended.job.lines(0, 'log');
      assert.equal(cordoned, 'cordoned 2: 1,3');
      assert.equal(again, 'again: 1,2,3');
      assert.equal(left, 'left: 3 2,3');
      assert.equal(sum, `sum ${(20_000 * 12 * 11) / 2}`);
      assert.match(gone ?? '', /cluster\.remove: node 1 is not one of the nodes .* \(2, 3\)/);
      assert.match(unknown ?? '', /node 7 is not one of the nodes/);
      assert.equal(fewer, 'left: 2');
      assert.match(last ?? '', /node 3 is not a node that can go: it is the last one/);
      assert.deepEqual(
        changes(cluster).map((change) => change.left),
        [[1], [2]],
      );
    }));

  test('may end while nodes are joining', () =>
    withCluster(async (cluster) => {
      assertSucceeded(await cluster.run(program, 2, { args: ['early'] }));
    }));
});

describe('lockstep scale', () => {
  test('brings a running job to more nodes and to fewer, and says what it cannot do', () =>
    withCluster(async (cluster) => {
      const { start, client, workspace, runtimeFolder } = cluster;
      const job = await start(program, 2, { args: ['until', '5', '3'] });
      const scale = (...args: string[]) =>
        startLockstep(['scale', ...args], workspace, { XDG_RUNTIME_DIR: runtimeFolder }).finished;
      await job.line('working', 0);
      const [more, odd] = [await scale(job.id, '5'), await scale('job-7', '3')];
      assert.deepEqual([more.code, more.stdout], [0, `${job.id} has 5 nodes\n`], more.stderr);
      assert.deepEqual([odd.code, odd.stdout], [1, '']);
      assert.match(odd.stderr, /No job is running .* under the name job-7/);
      await job.line('has 5', 0);
      const few = await scale(job.id, '1');
      assert.match(few.stderr, /1 is not a number of nodes from 2/);
      assert.match((await scale('0')).stderr, /lockstep scale: 0 is not a whole number from 1 to 256/);
      assert.equal((await scale(job.id)).code, 2);
      const { size } = await client.request('scaleJob', { job: job.id, nodes: 3 });
      assert.equal(size, 3);
      assertSucceeded({ job, info: await job.ended() });
      assert.equal(job.lines(0, 'log').at(-1), 'same true');
      assert.deepEqual(
        changes(cluster).map(({ by, from, to }) => [by, from, to]),
        [
          ['client', 2, 5],
          ['client', 5, 3],
        ],
      );
      assert.match(await problem(client.request('scaleJob', { job: job.id, nodes: 3 })), /has ended/);
    }));

  test('leaves a program with a fixed world as it is, and says so', () =>
    withCluster(async ({ start, client }) => {
      const job = await start(`log('here'); world.barrier(); world.recv((world.rank + 1) % 2, 1)`, 2);
      await job.line('here');
      const text = await problem(client.request('scaleJob', { job: job.id, nodes: 4 }));
      assert.match(
        text,
        /keeps the 2 nodes that it began with: .*the world of all others is fixed, as in MPI/,
      );
      await job.stop();
    }));
});

describe('nodes that are killed', () => {
  test('are replaced as often as was said, and all results are there', () =>
    withCluster(async (cluster) => {
      const job = await cluster.start(program, 3, { args: ['left', '4'] });
      await job.line('begun', 0);
      for (const rank of [1, 3, 2]) {
        const { pid = 0 } = job.node(rank) ?? {};
        process.kill(pid, 'SIGKILL');
        await job.state(rank, 'dead');
        if (rank !== 2) await job.line(`node ${rank} was lost (replacement`, 0);
      }
      assertSucceeded({ job, info: await job.ended() });
      assert.equal(job.lines(0, 'log')[1], 'same true size 2');
      assert.deepEqual(
        changes(cluster).map(({ by, joined }) => [by, joined]),
        [
          ['replacement', [3]],
          ['replacement', [4]],
        ],
      );
    }));

  test('do no harm where they were only about to join', () =>
    withCluster(async (cluster) => {
      const job = await cluster.start(program, 2, { args: ['until', '3', '2'] });
      await job.line('working', 0);
      const request = cluster.client.request('scaleJob', { job: job.id, nodes: 4 });
      const pid = await cluster.recording.until('the joining process', () => job.node(2)?.pid || undefined);
      process.kill(pid, 'SIGKILL');
      assert.deepEqual(await request, { size: 3 });
      await job.line('has 3', 0);
      await cluster.client.request('scaleJob', { job: job.id, nodes: 2 });
      assertSucceeded({ job, info: await job.ended() });
      assert.match(job.lines().join('\n'), /Node 2 (?:was lost|did not start)/);
    }));
});

test('the autoscaler has more nodes under load and fewer without, and says why', () =>
  withCluster(async (cluster) => {
    const ended = await cluster.run(program, 2, { args: ['load'] });
    assertSucceeded(ended);
    const lines = ended.job.lines(0, 'log');
    assert.deepEqual(
      lines.filter((line) => /^(?:busy|idle)/.test(line)),
      ['busy 4', 'idle 2', 'busy 4', 'idle 2'],
    );
    assert.ok(!lines.includes('same false'));
    const told = changes(cluster);
    assert.ok(told.every(({ by, to }) => by === 'autoscaler' && to >= 2 && to <= 4));
    assert.equal(told.at(-1)?.to, 2);
    const decisions = lines.filter((line) => line.startsWith('decided'));
    // It may look first when all nodes are busy and nothing waits yet.
    const grown =
      /^decided [23] to 4: .*tasks waiting: \d+ nodes needed(?:, of which the maximum allows 4)?$/;
    assert.ok(
      decisions.some((line) => grown.test(line)),
      decisions.join('\n'),
    );
    assert.match(decisions.at(-1) ?? '', /1 node needed; 2 is the minimum, for 0\.3 s now$/);
    assert.match(
      lines.find((line) => line.startsWith('why')) ?? '',
      /^why (?:2 nodes stay|from \d to 2 nodes): /,
    );
  }));
