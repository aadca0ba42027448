import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertSucceeded, programs, withCluster } from './withCluster';

describe('messages between real processes', () => {
  for (const size of [1, 2, 3, 5]) {
    test(`every call gives what it must, on ${size} node(s)`, () =>
      withCluster(async ({ run }) => {
        const ended = await run(join(programs, 'everyCall.ts'), size);
        assertSucceeded(ended);
        assert.deepEqual(ended.job.lines(), new Array(size).fill('all checks passed'));
      }));
  }

  test('1,000 messages of each of three senders come in order', () =>
    withCluster(async ({ run }) => {
      const ended = await run(join(programs, 'order.ts'), 4);
      assertSucceeded(ended);
      const [line] = ended.job.lines();
      assert.match(line ?? '', /^in order/);
      const changes = Number(/with (\d+) changes/.exec(line ?? '')?.[1]);
      assert.ok(changes > 2, 'the senders were not at it at the same time');
    }));

  test('nodes that send each other 16 MiB before they receive do not wait for ever', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `
        const mine = new Float64Array(2 << 20).fill(world.rank);
        const sends = [];
        for (let k = 0; k < world.size; k += 1) if (k !== world.rank) sends.push(world.isend(mine, k));
        for (let k = 0; k < world.size; k += 1) {
          if (k === world.rank) continue;
          const theirs = world.recv<Float64Array>(k);
          if (theirs.length !== 2 << 20 || !theirs.every((x) => x === k)) throw new Error('not what was sent');
        }
        for (const send of sends) send.wait();
        log('exchanged');`,
        3,
      );
      assertSucceeded(ended);
      assert.deepEqual(ended.job.lines(), ['exchanged', 'exchanged', 'exchanged']);
    }));

  test('a node may send more than there is room for to one that does not take it, and has ended', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(
        `
        if (world.rank === 0) {
          world.recv(1, 1);
          const end = Date.now() + 1500;
          while (Date.now() < end);
          return;
        }
        world.send('go', 0, 1);
        const data = new Uint8Array(4 << 20);
        for (let i = 0; i < 40; i += 1) world.send(data, 0, 2);
        log('sent');`,
        2,
        { eagerLimitBytes: 8 << 20 },
      );
      assert.equal(info.state, 'succeeded', info.failure?.error.message);
    }));
});
