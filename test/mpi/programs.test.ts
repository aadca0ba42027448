import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../cluster/leakCheck';
import { programs } from '../cluster/withCluster';
import { families, runUnder } from './mpiexec';

/** Values of many sizes around a ring, in the slots and beside them, and many in a row. */
const exchange = `
const right = (world.rank + 1) % world.size;
const left = (world.rank + world.size - 1) % world.size;
for (const length of [0, 1, 9, 240, 260, 1000, 40_000, 300_000]) {
  const got = world.sendrecv<Float64Array>(new Float64Array(length).fill(world.rank + length), right, 1, left, 1);
  if (got.length !== length || got.some((value) => value !== left + length)) throw new Error('other bytes came');
}
const mixed = { a: new Float64Array(5000).fill(world.rank), b: new Uint8Array(3), c: new Int32Array(90_000).fill(7) };
const back = world.sendrecv<typeof mixed>(mixed, right, 3, left, 3);
if (back.a[4999] !== left || back.b.length !== 3 || back.c[89_999] !== 7) throw new Error('other parts came');
const sends = Array.from({ length: 300 }, (_, i) =>
  world.isend(i % 10 === 0 ? new Float64Array(i * 20).fill(i) : i, right, 2),
);
for (let i = 0; i < 300; i += 1) {
  const got = world.recv<number | Float64Array>(left, 2);
  const same = typeof got === 'number' ? got === i : got.length === i * 20 && got.every((each) => each === i);
  if (!same) throw new Error('another message came for ' + i);
}
waitAll(sends);
const sum = await world.iallreduce(world.rank);
log('node', world.rank, 'of', world.size, 'has', sum);
`;

/** Each size from 1 to 9 under one of the two, so that the suite stays short. */
const ruleSizes = { mpich: [1, 2, 4, 6, 8], openmpi: [1, 3, 5, 7, 9] };

for (const family of families) {
  describe(`a program whose messages ${family} carries`, () => {
    for (const nodes of [1, 4]) {
      test(`all that is sent arrives, in order, on ${nodes} nodes`, async () => {
        const { code, stdout, stderr } = await runUnder(family, nodes, exchange);
        assert.equal(code, 0, stderr);
        const sum = (nodes * (nodes - 1)) / 2;
        const expected = Array.from({ length: nodes }, (_, rank) => `node ${rank} of ${nodes} has ${sum}`);
        assert.deepEqual(stdout.trim().split('\n').sort(), expected);
        assert.equal(stderr, '');
      });
    }

    test('a sample runs unchanged, in its folder, to the same end', async () => {
      const sample = join(root, 'samples', '02-flights', 'pagerank.ts');
      const { code, stdout, stderr } = await runUnder(family, 3, sample);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^ 1\. ATL 0\.0597/m);
    });

    for (const nodes of ruleSizes[family]) {
      test(`the rules of the standard hold on ${nodes} nodes`, async () => {
        const { code, stdout, stderr } = await runUnder(family, nodes, join(programs, 'conformance.ts'));
        assert.equal(code, 0, stderr);
        assert.match(stdout, /^\d+ rules hold$/m);
      });
    }

    test('abort ends the run with its code', async () => {
      const body = `if (world.rank === 1) world.abort(42, 'no solution'); world.recv(1);`;
      const { code, stderr } = await runUnder(family, 3, body);
      assert.equal(code, 42);
      assert.match(stderr, /node 1 failed at .*: The program called abort with code 42: no solution\./);
    });

    test('nodes that await each other are a deadlock', async () => {
      const { code, stderr } = await runUnder(family, 2, `await world.irecv(1 - world.rank);`);
      assert.equal(code, 1);
      assert.match(stderr, /node 0 awaits irecv\(source 1, tag any\) at /);
    });

    test('a program that throws ends the run with exit code 1, and says where', async () => {
      const body = `
world.barrier();
if (world.rank === 2) throw new Error('broken on purpose');
world.recv(2);`;
      const { code, stderr } = await runUnder(family, 3, body);
      assert.equal(code, 1);
      assert.match(stderr, /^lockstep: node 2 failed at .*program\.ts:3:\d+: Error: broken on purpose$/m);
    });

    test('nodes that wait for each other are told so, with their lines', async () => {
      const { code, stderr } = await runUnder(family, 2, `\nworld.recv(1 - world.rank);`);
      assert.equal(code, 1);
      assert.match(stderr, /Deadlock: no node can go on/);
      for (const rank of [0, 1])
        assert.match(stderr, new RegExp(`node ${rank} waits in recv\\(source ${1 - rank}.*program\\.ts:2`));
    });

    test('what a program leaves undone is said', async () => {
      const { code, stderr } = await runUnder(
        family,
        2,
        `if (world.rank === 0) world.send('unread', 1, 5); else world.probe(0, 5);`,
      );
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^Warning: .*tag 5/m);
    });

    test('a node that is killed ends the run, and nothing is left', async () => {
      const body = `if (world.rank === 1) process.kill(process.pid, 'SIGKILL'); world.recv(1);`;
      const { code } = await runUnder(family, 3, body);
      assert.notEqual(code, 0);
    });
  });
}
