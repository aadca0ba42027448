import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isMainThread } from 'node:worker_threads';
import type { Communicator } from './communicator';
import { BAND, LAND, LXOR, MAX, MAXLOC, MIN, MINLOC, PROD, SUM } from './operations';
import { describeRanks, type RankCase } from './testing/describeRanks';
import { type RankProgram, serveRank } from './testing/threadCluster';

const large = 2 ** 17; // 1 MiB of doubles
const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
const forEachRoot = <T>(world: Communicator, body: (root: number) => T): T[] => range(world.size).map(body);

/** Something to do for a while, so that ranks are not in step. */
function dawdle(rank: number): number {
  let sum = 0;
  for (let i = 0; i < ((rank * 7919) % 5) * 20_000; i++) sum += Math.sqrt(i);
  return sum;
}

type Matrix = [number, number, number, number];
const multiply = ([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix => [
  (a * e + b * g) % 1009,
  (a * f + b * h) % 1009,
  (c * e + d * g) % 1009,
  (c * f + d * h) % 1009,
];
const matrixOf = (rank: number): Matrix => [rank + 1, 2, 3, rank + 4];
const concat = (a: string, b: string): string => a + b;
const doublesOf = (rank: number): Float64Array =>
  Float64Array.from({ length: large }, (_, i) => rank * 3 + i);
const personOf = (rank: number) => ({
  name: `p${rank}`,
  born: new Date(rank),
  tags: new Set([rank]),
  at: { rank },
});

const cases: Record<string, RankCase> = {
  'barrier: nobody leaves before all have come': {
    program(world, shared) {
      const counts: boolean[] = [];
      for (let round = 1; round <= 5; round++) {
        dawdle(world.rank + round);
        Atomics.add(shared, 0, 1);
        world.barrier();
        counts.push(Atomics.load(shared, 0) >= round * world.size);
        world.barrier();
      }
      return counts;
    },
    expected: () => [true, true, true, true, true],
  },
  'bcast: objects, from every root': {
    program: (world) =>
      forEachRoot(world, (root) => world.bcast(world.rank === root ? personOf(root) : null, root)),
    expected: (_, size) => range(size).map(personOf),
  },
  'bcast: 1 MiB and nothing at all': {
    program: (world) => [
      world.bcast(world.rank === 0 ? doublesOf(5) : undefined),
      world.bcast(world.rank === 0 ? new Int16Array(0) : undefined),
      world.bcast(undefined),
    ],
    expected: () => [doublesOf(5), new Int16Array(0), undefined],
  },
  'scatter: from every root, arrays and typed arrays': {
    program: (world) =>
      forEachRoot(world, (root) => [
        world.scatter(world.rank === root ? range(world.size).map((r) => [root, { r }]) : undefined, root),
        world.scatter(world.rank === root ? Float32Array.from(range(world.size)) : null, root),
      ]),
    expected: (rank, size) => range(size).map((root) => [[root, { r: rank }], rank]),
  },
  'scatter: 1 MiB each': {
    program: (world) => world.scatter(world.rank === 0 ? range(world.size).map(doublesOf) : undefined),
    expected: (rank) => doublesOf(rank),
  },
  'gather: at every root': {
    program: (world) => forEachRoot(world, (root) => world.gather({ from: world.rank, root }, root)),
    expected: (rank, size) =>
      range(size).map((root) => (rank === root ? range(size).map((from) => ({ from, root })) : undefined)),
  },
  'allgather: values of different sizes': {
    program: (world) => world.allgather('x'.repeat(world.rank * 1000)),
    expected: (_, size) => range(size).map((rank) => 'x'.repeat(rank * 1000)),
  },
  'allgather: 1 MiB each': {
    program: (world) => world.allgather(doublesOf(world.rank)),
    expected: (_, size) => range(size).map(doublesOf),
  },
  'alltoall: a transposition': {
    program: (world) => world.alltoall(range(world.size).map((to) => ({ from: world.rank, to }))),
    expected: (rank, size) => range(size).map((from) => ({ from, to: rank })),
  },
  'alltoall: pieces of different types and sizes, some empty': {
    program: (world) =>
      world.alltoall(range(world.size).map((to) => new Uint16Array(to * 700).fill(world.rank * 10 + to))),
    expected: (rank, size) => range(size).map((from) => new Uint16Array(rank * 700).fill(from * 10 + rank)),
  },
  'reduce: numbers, at every root': {
    program: (world) => forEachRoot(world, (root) => world.reduce(world.rank + root, SUM, root)),
    expected: (rank, size) =>
      range(size).map((root) => (rank === root ? (size * (size - 1)) / 2 + size * root : undefined)),
  },
  'reduce: functions that do not commute, at every root': {
    program: (world) =>
      forEachRoot(world, (root) => [
        world.reduce(`${world.rank},`, concat, root),
        world.reduce(matrixOf(world.rank), multiply, root),
      ]),
    expected: (rank, size) =>
      range(size).map((root) =>
        rank === root
          ? [
              range(size)
                .map((r) => `${r},`)
                .join(''),
              range(size).map(matrixOf).reduce(multiply),
            ]
          : [undefined, undefined],
      ),
  },
  'allreduce: functions that do not commute': {
    program: (world) => [
      world.allreduce(`${world.rank},`, concat),
      world.allreduce(matrixOf(world.rank), multiply),
    ],
    expected: (_, size) => [
      range(size)
        .map((r) => `${r},`)
        .join(''),
      range(size).map(matrixOf).reduce(multiply),
    ],
  },
  'allreduce: typed arrays of 1 MiB, of none, and arrays': {
    program: (world) => [
      world.allreduce(doublesOf(world.rank), SUM),
      world.allreduce(new BigInt64Array([1n, BigInt(world.rank)]), MAX),
      world.allreduce(new Float64Array(0), PROD),
      world.allreduce([world.rank, [1n, world.rank % 2 === 0 ? 3n : 2n]], MIN),
      world.allreduce([]),
    ],
    expected: (_, size) => [
      Float64Array.from({ length: large }, (_zero, i) => (3 * size * (size - 1)) / 2 + size * i),
      new BigInt64Array([1n, BigInt(size - 1)]),
      new Float64Array(0),
      [0, [1n, size > 1 ? 2n : 3n]],
      [],
    ],
  },
  'allreduce: logical, bitwise and with places': {
    program: (world) => [
      world.allreduce(world.rank < 3, LAND),
      world.allreduce(world.rank, LXOR),
      world.allreduce(0b1111 - (1 << (world.rank % 4)), BAND),
      world.allreduce([(world.rank * 5) % 7, world.rank], MAXLOC),
      world.allreduce([[-(world.rank % 3), world.rank] as const, [1, world.rank] as const], MINLOC),
    ],
    expected: (_, size) => {
      const values = range(size).map((rank) => (rank * 5) % 7);
      const smallest = Math.min(...range(size).map((rank) => -(rank % 3)));
      return [
        size <= 3,
        (size - 1) % 2,
        range(size).reduce((all, rank) => all & (0b1111 - (1 << (rank % 4))), -1),
        [Math.max(...values), values.indexOf(Math.max(...values))],
        [
          [smallest, range(size).findIndex((rank) => -(rank % 3) === smallest)],
          [1, 0],
        ],
      ];
    },
  },
  'what is received is a copy, also of what one gave oneself': {
    program(world) {
      const mine = { list: [world.rank], data: new Float64Array([world.rank]) };
      const results = [
        world.allgather(mine)[world.rank]!,
        world.gather(mine, 0)?.[0],
        world.alltoall(range(world.size).map(() => mine))[world.rank]!,
        world.scatter(range(world.size).map(() => mine)),
        world.allreduce(mine.data),
      ];
      mine.list.push(99);
      mine.data[0] = 99;
      return results;
    },
    expected(rank, size) {
      const given = (r: number) => ({ list: [r], data: new Float64Array([r]) });
      return [
        given(rank),
        rank === 0 ? given(0) : undefined,
        given(rank),
        given(0),
        new Float64Array([(size * (size - 1)) / 2]),
      ];
    },
  },
  'many collectives in a row on ranks of different speed do not mix': {
    program(world) {
      const seen: unknown[] = [];
      for (let round = 0; round < 40; round++) {
        const root = round % world.size;
        dawdle(world.rank + round);
        if (round % 7 === 0) world.barrier();
        seen.push(world.bcast(world.rank === root ? round : -1, root));
        seen.push(world.allreduce(round + world.rank));
        seen.push(
          world.scatter(
            range(world.size).map((r) => r * round),
            root,
          ),
        );
      }
      return seen;
    },
    expected: (rank, size) =>
      range(40).flatMap((round) => [round, round * size + (size * (size - 1)) / 2, rank * round]),
  },
  'collectives do not meet messages': {
    program(world) {
      const right = (world.rank + 1) % world.size;
      for (let tag = 0; tag < 16; tag++) world.send(`${world.rank}/${tag}`, right, tag);
      const sums = [world.allreduce(1), world.bcast(7), world.allgather(world.rank)];
      return [sums, range(16).map((tag) => world.recv<string>(undefined, tag))];
    },
    expected: (rank, size) => [
      [size, 7, range(size)],
      range(16).map((tag) => `${(rank - 1 + size) % size}/${tag}`),
    ],
  },
};

/** Sums that depend on the order of additions; each rank tells the bits of its result. */
const roundingSum: RankProgram = (world) => {
  const values = Float64Array.from(
    { length: 1000 },
    (_, i) => Math.sin(world.rank * 1000 + i) * 10 ** (i % 30),
  );
  const sum = world.allreduce(values);
  const atLast = world.reduce(values, SUM, world.size - 1);
  return [Buffer.from(sum.buffer).toString('hex'), atLast && Buffer.from(atLast.buffer).toString('hex')];
};

if (isMainThread) {
  for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    describeRanks(`collectives on ${size} ranks`, __filename, size, cases, (run) => {
      it('allreduce gives the same bits to all ranks, and reduce does wherever its root is', async () => {
        const results = (await run('roundingSum')) as [string, string | undefined][];
        assert.equal(new Set(results.map(([bits]) => bits)).size, 1);
        assert.deepEqual(
          results.map(([, bits]) => bits !== undefined),
          range(size).map((rank) => rank === size - 1),
        );
      });
    });
  }
} else {
  const programs = Object.entries(cases).map(([name, { program }]) => [name, program] as const);
  serveRank({ ...Object.fromEntries(programs), roundingSum });
}
