import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fault } from '../../runtime/protocol/faults';
import { assertSucceeded, withCluster } from './withCluster';

/** Long enough that the nodes meet in memory, as the last of these calls shows. */
const meet = `
const part = world.dup();
const inMemory = (comm) => comm.lastCollective.algorithm === 'sharedMemory';
for (let i = 0; i < 40; i += 1) {
  world.barrier();
  part.allreduce(new Float64Array(4000));
}
if (!inMemory(world) || !inMemory(part)) throw new Error('they do not meet in memory');
`;

/** Faults of messages, as a program asks for them, with what a call takes then at least. */
const lasting: Record<string, { ask: string; leastMs: number }> = {
  delay: { ask: 'faults.delay({ ms: 80 })', leastMs: 80 },
  bandwidth: { ask: 'faults.bandwidth({ mbit: 1 })', leastMs: 100 },
  loss: { ask: 'faults.loss({ rate: 0.5 })', leastMs: 200 },
  reorder: { ask: 'faults.reorder({ rate: 1, ms: 90 })', leastMs: 90 },
  duplicate: { ask: 'faults.duplicate({ rate: 1 })', leastMs: 0 },
};

describe('faults that come when nodes meet in shared memory', () => {
  for (const [kind, { ask, leastMs }] of Object.entries(lasting)) {
    test(`${kind}: the next call of each communicator is made under it`, () =>
      withCluster(async (cluster) => {
        const ended = await cluster.run(
          `${meet}
          if (world.rank === 1) ${ask};
          const since = performance.now();
          const sums = part.allreduce(new Float64Array(4000).fill(world.rank));
          log('late', performance.now() - since >= ${leastMs}, inMemory(part), sums[3999]);
          world.barrier();
          log('again', inMemory(world));`,
          3,
          { faults: { seed: 5 } },
        );
        assertSucceeded(ended);
        for (const rank of [0, 1, 2])
          assert.deepEqual(ended.job.lines(rank, 'log'), ['late true false 3', 'again false']);
      }));
  }

  test('a cut: who is cut off waits, and is told why; who is not goes on', () =>
    withCluster(async (cluster) => {
      const { job, info } = await cluster.run(
        `${meet}
        const pair = world.split(world.rank >> 1);
        if (world.rank === 0) faults.cut([0, 1], [2, 3]);
        world.allreduce(1);
        log('went on', pair.size);`,
        4,
      );
      assert.deepEqual(job.lines(undefined, 'log'), []);
      assert.equal(info.failure?.error.code, 'deadlock');
      assert.match(info.failure.error.message, /start: cut between nodes 0, 1 and nodes 2, 3\./);
    }));

  test('a cut that heals: the call ends then, and those after it go on by messages', () =>
    withCluster(async (cluster) => {
      const job = await cluster.start(
        `${meet}
        const pair = world.split(world.rank >> 1);
        log('ready');
        if (world.rank === 0) faults.cut([0, 1], [2, 3]);
        if (pair.allreduce(1) !== 2) throw new Error('another sum');
        if (world.rank === 1) log('cut off');
        const sum = world.allreduce(world.rank);
        log(sum, inMemory(world), world.allreduce(1), inMemory(world));`,
        4,
      );
      await job.line('cut off');
      await cluster.client.request('injectFault', { job: job.id, fault: { fault: 'heal' } });
      const info = await job.ended();
      assertSucceeded({ job, info });
      for (const rank of [0, 1, 2, 3]) assert.equal(job.lines(rank, 'log').at(-1), '6 false 4 false');
    }));

  const some: Fault[] = [
    { fault: 'delay', ms: 1, jitter: 1 },
    { fault: 'bandwidth', mbit: 500 },
    { fault: 'duplicate', rate: 0.5 },
  ];
  test('from outside, in the middle of a loop: all nodes leave memory with the same call, and every sum is right', () =>
    withCluster(async (cluster) => {
      for (let repeat = 0; repeat < 6; repeat += 1) {
        const job = await cluster.start(
          `${meet}
          let calls = 0;
          for (let after = 0; after < 20; calls += 1) {
            const comm = calls % 3 === 0 ? part : world;
            const sum = comm.allreduce(comm === part ? new Float64Array(2000).fill(world.rank + calls) : world.rank + calls);
            const one = typeof sum === 'number' ? sum : sum[1999];
            if (one !== 6 + 4 * calls) throw new Error('another sum in call ' + calls);
            if (!inMemory(world)) after += 1;
            else if (calls === 100) log('in the loop');
          }
          log('left after', calls, inMemory(part));`,
          4,
        );
        await job.line('in the loop');
        const fault = some[repeat % some.length] as Fault;
        await cluster.client.request('injectFault', { job: job.id, fault });
        await job.line('left after');
        const info = await job.ended();
        assertSucceeded({ job, info });
        const left = [0, 1, 2, 3].map((rank) => job.lines(rank, 'log').at(-1));
        assert.equal(new Set(left).size, 1, left.join('\n'));
        assert.match(left[0] ?? '', /left after \d+ false/);
      }
    }));

  test('who asks for memory by name gets messages under faults, also where they are there from the start', () =>
    withCluster(async (cluster) => {
      const ended = await cluster.run(
        `
        world.barrier({ algorithm: 'sharedMemory' });
        log(world.lastCollective?.algorithm);`,
        2,
        { faults: { faults: [{ fault: 'delay', ms: 1 }] } },
      );
      assertSucceeded(ended);
      assert.deepEqual(ended.job.lines(undefined, 'log'), ['dissemination', 'dissemination']);
    }));
});
