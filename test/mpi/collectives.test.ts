import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { families, runUnder } from './mpiexec';

/** All that the library computes, on world and on parts of it, beside the same by an algorithm of ours. */
const compared = `
const kinds = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
  BigInt64Array, BigUint64Array];
const part = world.split(world.rank % 2, -world.rank);
let compared = 0;
for (const group of [world, part, world.dup()]) {
  for (const Kind of kinds) {
    for (const length of [1, 7, 30_000]) {
      const big = Kind === BigInt64Array || Kind === BigUint64Array;
      const data = new Kind(length);
      for (let i = 0; i < length; i += 1) data[i] = big ? BigInt((i % 90) + group.rank) : (i % 90) + group.rank;
      const whole = Kind !== Float32Array && Kind !== Float64Array;
      const operations = !whole ? [SUM, mpi.PROD] : [MIN, MAX, ...(Kind.BYTES_PER_ELEMENT > 2 ? [SUM] : []), ...(big ? [mpi.PROD] : [])];
      for (const operation of operations) {
        const ours = group.allreduce(data, operation, { algorithm: 'recursiveDoubling' });
        const theirs = group.allreduce(data, operation, { algorithm: 'library' });
        const at = theirs.findIndex((each: unknown, i: number) => each !== ours[i]);
        if (theirs.constructor.name !== Kind.name || theirs.length !== length || at >= 0)
          throw new Error(at + ' ' + Kind.name + ' ' + operation.name + ' on ' + group.name + ': ' + theirs[at] + ' for ' + ours[at]);
        const root = group.size - 1;
        const atRoot = group.reduce(data, operation, root, { algorithm: 'library' });
        if ((atRoot !== undefined) !== (group.rank === root)) throw new Error('the result is elsewhere');
        if (atRoot && String(atRoot) !== String(ours)) throw new Error('reduce brings another result');
        compared += 1;
      }
      const value = { from: 'root', data, list: [1, 'two'] };
      const got = group.bcast(group.rank === 0 ? value : undefined, 0, { algorithm: 'library' });
      if (got.from !== 'root' || got.list[1] !== 'two' || got.data.length !== length) throw new Error('another value came');
      if (length > 1 && Number(got.data[1]) !== 1) throw new Error('other elements came');
    }
  }
}
world.allreduce(new Float64Array(20_000));
if (world.size > 1 && world.lastCollective?.algorithm !== 'library') throw new Error('long arrays do not go the library\\'s way');
world.allreduce(new Float64Array(20_000), MIN);
if (world.lastCollective?.algorithm === 'library') throw new Error('MIN of numbers with fractions is not the library\\'s');
log(compared, 'results are the same');
`
  .replaceAll('MIN', 'mpi.MIN')
  .replaceAll('MAX', 'mpi.MAX');

const program = (body: string): string =>
  `await (async (mpi: typeof import('lockstep')) => {${body}})(await import('lockstep'));`;

for (const family of families) {
  describe(`the collectives of ${family}`, () => {
    for (const nodes of [1, 3, 4]) {
      test(`bring what ours bring, on ${nodes} nodes`, async () => {
        const { code, stdout, stderr } = await runUnder(family, nodes, program(compared));
        assert.equal(code, 0, stderr);
        assert.equal(stdout.match(/^234 results are the same$/gm)?.length, nodes, stdout);
      });
    }

    test('find out lengths that differ, and a node that calls something else, before the library is entered', async () => {
      const lengths = await runUnder(
        family,
        3,
        `\nworld.allreduce(new Float64Array(world.rank === 1 ? 9000 : 9001));`,
      );
      assert.equal(lengths.code, 1);
      assert.match(
        lengths.stderr,
        /9001 elements and node 1 gave a Float64Array of 9000 elements|9000 elements and node \d gave a Float64Array of 9001/,
      );

      const calls = await runUnder(
        family,
        2,
        `\nif (world.rank === 0) world.allreduce(new Float64Array(9000)); else world.barrier();`,
      );
      assert.equal(calls.code, 1);
      assert.match(calls.stderr, /allreduce\(SUM\).*barrier|barrier.*allreduce\(SUM\)/);
    });

    test('a node that never comes is missed, not waited for inside the library', async () => {
      const { code, stderr } = await runUnder(
        family,
        2,
        `\nif (world.rank === 0) world.allreduce(new Float64Array(9000)); else world.recv(0, 9);`,
      );
      assert.equal(code, 1);
      assert.match(stderr, /Deadlock: no node can go on[^]*node 0 waits in allreduce/);
    });
  });
}
