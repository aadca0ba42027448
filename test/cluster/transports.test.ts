import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withCluster } from './withCluster';

/** Values of many sizes around a ring, and to and from everybody. */
const exchange = `
const right = (world.rank + 1) % world.size;
const left = (world.rank + world.size - 1) % world.size;
for (const length of [0, 1, 9, 1000, 40_000, 300_000]) {
  const got = world.sendrecv<Float64Array>(new Float64Array(length).fill(world.rank + length), right, 1, left, 1);
  if (got.length !== length || got.some((value) => value !== left + length)) throw new Error('other bytes came');
}
for (let i = 0; i < 300; i += 1) world.send({ i, from: world.rank }, right, 2);
for (let i = 0; i < 300; i += 1) {
  const { i: n, from } = world.recv<{ i: number; from: number }>(left, 2);
  if (n !== i || from !== left) throw new Error('message ' + n + ' of ' + from + ' came for ' + i);
}
log(world.allgather(world.rank).join());
`;

describe('the ways that messages take', () => {
  for (const transport of ['shm', 'socket'] as const) {
    for (const nodes of [2, 5]) {
      test(`${transport}: all that is sent arrives, on ${nodes} nodes`, () =>
        withCluster(async ({ run }) => {
          const { job, info } = await run(exchange, nodes, { transport });
          assert.equal(info.state, 'succeeded', info.failure?.error.message);
          assert.equal(info.transport, transport);
          const everybody = Array.from({ length: nodes }, (_, rank) => rank).join();
          for (let rank = 0; rank < nodes; rank += 1) assert.deepEqual(job.lines(rank), [everybody]);
        }));
    }
  }

  test('auto takes shared memory between the nodes of this machine', () =>
    withCluster(async ({ run }) => {
      const { info } = await run('world.barrier();', 3, { transport: 'auto' });
      assert.deepEqual([info.state, info.transport], ['succeeded', 'shm']);
    }));

  test('16 nodes finish, more than there are processors', () =>
    withCluster(async ({ run }) => {
      const body = `for (let i = 0; i < 50; i += 1) if (world.allreduce(1) !== 16) throw new Error('a node is missing');`;
      const { info } = await run(body, 16, { transport: 'shm' });
      assert.equal(info.state, 'succeeded', info.failure?.error.message);
    }));

  test('a node that is killed in the middle of a large message ends the job, and nobody takes half of it', () =>
    withCluster(async ({ start, client }) => {
      const body = `
if (world.rank === 1) for (;;) world.send(new Float64Array(4e6), 0);
for (let i = 0; ; i += 1) {
  if (world.recv<Float64Array>(1).length !== 4e6) throw new Error('half of a message');
  if (i === 3) log('under way');
}`;
      const job = await start(body, 2, { transport: 'shm' });
      await job.line('under way');
      await client.request('killNode', { job: job.id, rank: 1 });
      const info = await job.ended();
      assert.equal(info.failure?.error.code, 'nodeLost');
    }));
});
