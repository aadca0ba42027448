/** One-sided communication between real processes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeState } from '../../runtime/protocol/node';
import { until } from './until';
import { assertSucceeded, withCluster } from './withCluster';

describe('windows', () => {
  test('the part of a node that computes without a call is read and changed by others', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `
        const window = world.allocateWindow(Float64Array, 4);
        const { memory } = window;
        if (world.rank === 0) {
          const view = new BigInt64Array(window.memory.buffer, window.memory.byteOffset, 4);
          while (Atomics.load(view, 3) === 0n);
          log(window.isShared, ...window.memory);
        } else {
          window.lock(0);
          window.put(Float64Array.of(1.5, 2.5), 0);
          window.accumulate(Float64Array.of(1), 0, 1);
          window.put(Float64Array.of(4), 0, 3);
          window.unlock(0);
        }
        window.free();
        memory[0] = 9; // does not reach anybody any more, and does no harm`,
        2,
        { transport: 'shm' },
      );
      assertSucceeded(ended);
      assert.deepEqual(ended.job.lines(0), ['true 1.5 3.5 0 4']);
    }));

  test('a hundred windows come and go, and leave no memory and no descriptor', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `
        const { readdirSync } = require('node:fs');
        const before = readdirSync('/proc/self/fd').length;
        for (let i = 0; i < 100; i += 1) {
          const window = world.allocateWindow(Float64Array, 1e6);
          window.fence();
          window.put(new Float64Array(1e6).fill(i), (world.rank + 1) % world.size);
          window.fence();
          if (window.memory[999_999] !== i) throw new Error('it is not there');
          window.free();
        }
        log(readdirSync('/proc/self/fd').length - before, process.memoryUsage.rss() < 4e8);`,
        2,
        { transport: 'shm' },
      );
      assertSucceeded(ended);
      assert.deepEqual(ended.job.lines(), ['0 true', '0 true']);
    }));

  for (const transport of ['shm', 'socket'] as const) {
    test(`${transport}: a node says in which call of which window it waits`, () =>
      withCluster(async ({ start }) => {
        const job = await start(
          `
          const window = world.allocateWindow(Int32Array, 1);
          if (world.rank === 0) {
            window.lock(1);
            world.send('locked', 2);
            while (args.length === 0) world.iprobe(0, 9);
          }
          if (world.rank === 1) window.fence();
          world.recv(0);
          window.lock(1, 'shared');`,
          3,
          { transport },
        );
        await until('they wait', () => {
          const [fence, lock] = [1, 2]
            .map((rank) => job.node(rank))
            .map((node) => node && describeState(node));
          return (
            /^blocked in fence\(window 1\)/.test(fence ?? '') &&
            lock === 'blocked in lock(window 1 of node 1)'
          );
        });
        await job.stop();
      }));

    test(`${transport}: two nodes that lock in another order are found, with their lines and what helps`, () =>
      withCluster(async ({ run }) => {
        const { info } = await run(
          `
          const window = world.createWindow(new Int32Array(1));
          window.lock(world.rank);
          world.barrier();
          window.lock(1 - world.rank);`,
          2,
          { transport },
        );
        assert.equal(info.failure?.error.code, 'deadlock');
        const { message } = info.failure.error;
        for (const rank of [0, 1]) {
          assert.ok(
            message.includes(`node ${rank} waits in lock(window 1 of node ${1 - rank}) at program1.ts:5`),
            message,
          );
        }
        assert.match(message, /They wait for each other: 0 -> 1 -> 0\./);
        assert.match(message, /lock several parts in the same order everywhere/);
      }));
  }

  test('a fence that one node leaves out is found, and the node is named', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(
        `
        const window = world.createWindow(new Int32Array(1));
        if (world.rank !== 2) window.fence();`,
        3,
      );
      assert.equal(info.failure?.error.code, 'deadlock');
      assert.match(info.failure.error.message, /nodes 0, 1 wait in fence\(window 1\) at program1\.ts:3/);
      assert.match(info.failure.error.message, /Every node must call fence.*node 2 did not/);
    }));

  test('a target that has ended without free is named', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(
        `
        const window = world.createWindow(new Int32Array(1));
        // What node 1 answers until it has ended is fine.
        while (world.rank === 0) { window.lock(1); window.get(new Int32Array(1), 1); window.unlock(1); }`,
        2,
      );
      assert.equal(info.failure?.error.code, 'deadlock');
      assert.match(info.failure.error.message, /but node 1 has ended/);
      assert.match(info.failure.error.message, /let all nodes call free\(\) on the window at the end/);
    }));
});
