import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withCluster } from './withCluster';

/** Sockets are read and written by the main threads where there are native calls, else by the agents. */
const ways = {
  shm: { transport: 'shm', env: {} },
  sockets: { transport: 'socket', env: {} },
  'sockets of the agents': { transport: 'socket', env: { LOCKSTEP_NATIVE: 'off' } },
} as const;
const otherWays = Object.entries(ways).filter(([name]) => name !== 'shm');

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
  for (const [name, { transport, env }] of Object.entries(ways)) {
    for (const nodes of [2, 5]) {
      test(`${name}: all that is sent arrives, on ${nodes} nodes`, () =>
        withCluster(async ({ run }) => {
          const { job, info } = await run(exchange, nodes, { transport, env });
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

  for (const [name, { transport, env }] of Object.entries(ways)) {
    test(`${name}: a node that is killed in the middle of a large message ends the job, and nobody takes half of it`, () =>
      withCluster(async ({ start, client }) => {
        const body = `
if (world.rank === 1) for (;;) world.send(new Float64Array(4e6), 0);
for (let i = 0; ; i += 1) {
  if (world.recv<Float64Array>(1).length !== 4e6) throw new Error('half of a message');
  if (i === 3) log('under way');
}`;
        const job = await start(body, 2, { transport, env });
        await job.line('under way');
        await client.request('killNode', { job: job.id, rank: 1 });
        const info = await job.ended();
        assert.equal(info.failure?.error.code, 'nodeLost');
      }));

    test(`${name}: two nodes that both send 16 MiB at once, and many small messages, both go on`, () =>
      withCluster(async ({ run }) => {
        const body = `
const other = 1 - world.rank;
for (let i = 0; i < 3; i += 1) {
  world.send(new Float64Array(1 << 21).fill(world.rank + i), other, i);
  const got = world.recv<Float64Array>(other, i);
  if (got.length !== 1 << 21 || got.some((value) => value !== other + i)) throw new Error('other bytes came');
}
for (let i = 0; i < 20_000; i += 1) world.send(i, other, 9);
for (let i = 0; i < 20_000; i += 1) if (world.recv(other, 9) !== i) throw new Error('out of order');`;
        const { info } = await run(body, 2, { transport, env, eagerLimitBytes: 2 ** 30 });
        assert.equal(info.state, 'succeeded', info.failure?.error.message);
      }));

    test(`${name}: what is sent to a node whose program has ended holds nobody up`, () =>
      withCluster(async ({ run }) => {
        const body = `
if (world.rank === 2) return;
if (world.rank === 1) world.send(1, 2);
const end = Date.now() + 300;
while (Date.now() < end);
for (let i = 0; i < 100; i += 1) world.send(new Uint8Array(60_000), 2);
log('sent');`;
        const { job, info } = await run(body, 3, { transport, env });
        assert.equal(info.state, 'succeeded', info.failure?.error.message);
        for (const rank of [0, 1]) assert.deepEqual(job.lines(rank), ['sent']);
      }));
  }

  for (const [name, { transport, env }] of otherWays) {
    test(`${name}: what awaits and what blocks take in one another's messages`, () =>
      withCluster(async ({ run }) => {
        const body = `
const other = 1 - world.rank;
for (let i = 0; i < 50; i += 1) {
  const awaited = world.irecv<number>(other, 1);
  const pause = new Promise((resolve) => setTimeout(resolve, 2)).then(() => {
    world.send(new Uint8Array(i * 1200), other, 2);
    return world.recv<Uint8Array>(other, 2).length;
  });
  world.send(i, other, 1);
  const [number, length] = await Promise.all([awaited, pause]);
  if (number !== i || length !== i * 1200) throw new Error('another message came');
}
log('done');`;
        const { job, info } = await run(body, 2, { transport, env });
        assert.equal(info.state, 'succeeded', info.failure?.error.message);
        assert.deepEqual(job.lines(0), ['done']);
      }));
  }
});
