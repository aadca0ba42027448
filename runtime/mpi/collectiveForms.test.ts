import { isMainThread } from 'node:worker_threads';
import { allreduceAlgorithms, cuttingAllreduceAlgorithms } from './collectives/allreduce';
import { bcastAlgorithms } from './collectives/bcast';
import type { Communicator } from './communicator';
import { MAX, Operation, SUM } from './operations';
import { describeMismatches, describeRanks, type RankCase } from './testing/describeRanks';
import { serveRank } from './testing/threadCluster';
import { waitAll } from './waitRequests';

const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
const filled = (rank: number) => new Int32Array(rank).fill(rank);
const joined = (size: number) => Int32Array.from(range(size).flatMap((rank) => [...filled(rank)]));
const sumOfRanks = (size: number) => (size * (size - 1)) / 2;
const concat = (a: string, b: string): string => a + b;
const letters = (from: number, to: number) =>
  range(to - from)
    .map((i) => String.fromCharCode(97 + from + i))
    .join('');
const keysOf = <K extends string>(table: Record<K, unknown>) => Object.keys(table) as K[];

/** The error's code and message, of a call that must fail. */
function failure(call: () => unknown): string {
  try {
    call();
    return 'no error';
  } catch (error) {
    return `${(error as { code?: string }).code}: ${(error as Error).message}`;
  }
}

const cases: Record<string, RankCase> = {
  'the forms for typed arrays of different lengths': {
    program: (world) => {
      const { rank, size } = world;
      const counts = range(size);
      return [
        world.scatterv(rank === size - 1 ? joined(size) : undefined, counts, size - 1),
        world.gatherv(filled(rank), size - 1),
        world.allgatherv(filled(rank)),
        world.alltoallv(Int32Array.from(counts.flatMap((to) => new Array<number>(to).fill(rank))), counts),
      ];
    },
    expected: (rank, size) => {
      const all = { data: joined(size), counts: range(size) };
      const mine = range(size).flatMap((from) => new Array<number>(rank).fill(from));
      return [
        filled(rank),
        rank === size - 1 ? all : undefined,
        all,
        { data: Int32Array.from(mine), counts: new Array<number>(size).fill(rank) },
      ];
    },
  },
  'reduceScatter, reduceScatterBlock, scan and exscan': {
    program: (world) => {
      const { rank, size } = world;
      const counts = range(size).map((each) => each + 1);
      const length = counts.reduce((a, b) => a + b);
      return [
        world.reduceScatter(new Float64Array(length).fill(rank), counts),
        world.reduceScatterBlock(new Float64Array(2 * size).fill(rank), MAX),
        world.scan(rank + 1),
        world.exscan(rank + 1),
        world.scan(String.fromCharCode(97 + rank), concat),
        world.exscan(String.fromCharCode(97 + rank), concat, { algorithm: 'linear' }),
      ];
    },
    expected: (rank, size) => [
      new Float64Array(rank + 1).fill(sumOfRanks(size)),
      new Float64Array(2).fill(size - 1),
      sumOfRanks(rank + 2),
      rank === 0 ? undefined : sumOfRanks(rank + 1),
      letters(0, rank + 1),
      rank === 0 ? undefined : letters(0, rank),
    ],
  },
  'algorithms by name, and what they were': {
    program: (world) => {
      const data = new Float64Array(500).fill(world.rank);
      const reductions = [...keysOf(allreduceAlgorithms), ...keysOf(cuttingAllreduceAlgorithms)];
      const broadcasts = keysOf(bcastAlgorithms);
      return [
        reductions.map((algorithm) => [
          world.allreduce(data, SUM, { algorithm })[499],
          world.lastCollective?.algorithm === algorithm,
        ]),
        broadcasts.map((algorithm) => [
          world.bcast({ text: 'x'.repeat(1000 * (world.size - world.rank)) }, 0, { algorithm }).text.length,
          world.lastCollective?.algorithm === algorithm,
        ]),
      ];
    },
    expected: (_, size) => [
      new Array<unknown>(4).fill([sumOfRanks(size), true]),
      new Array<unknown>(4).fill([1000 * size, true]),
    ],
  },
  'the algorithm goes by the length': {
    program: (world) =>
      [1, 100_000].map((length) => {
        world.allreduce(new Float64Array(length), SUM);
        return world.lastCollective?.algorithm;
      }),
    expected: () => ['recursiveDoubling', 'rabenseifner'],
  },
  'an operation of one’s own works on elements, in any order if it commutes': {
    program: (world) => {
      const hypot = new Operation('HYPOT', { number: (a, b) => Math.hypot(a, b) });
      const last = new Operation('LAST', { number: (_, b) => b }, false);
      const data = new Float64Array(1000).fill(world.rank);
      return [
        Math.round(world.allreduce(data, hypot)[999]! ** 2),
        world.allreduce(data, last)[0],
        world.lastCollective?.algorithm,
      ];
    },
    expected: (_, size) => [
      range(size).reduce((sum, rank) => sum + rank ** 2, 0),
      size - 1,
      'recursiveDoubling',
    ],
  },
  'a result goes into an array that is there, which may be the data': {
    program: (world) => {
      const data = new Float64Array(1000).fill(world.rank);
      const same = world.allreduce(data, SUM, { into: data }) === data;
      const other = new Float64Array(1000);
      world.scan(new Float64Array(1000).fill(1), SUM, { into: other });
      return [same, data[0], data[999], other[500]];
    },
    expected: (rank, size) => [true, sumOfRanks(size), sumOfRanks(size), rank + 1],
  },
  'nonblocking calls run beside one another and beside messages': {
    program: (world) => {
      const { rank, size } = world;
      const right = (rank + 1) % size;
      const requests = [
        world.iallreduce(rank),
        world.ibcast(rank === size - 1 ? 'word' : '', size - 1),
        world.iallgather(rank),
        world.igather(rank, 0),
        world.iscatter(rank === 0 ? range(size) : undefined, 0),
        world.ialltoall(range(size).map((to) => [rank, to])),
        world.ireduce(new Float64Array(40_000).fill(1), SUM, size - 1),
        world.ireduceScatterBlock(new Float64Array(size).fill(rank)),
        world.iscan(1),
        world.iexscan(1),
        world.ibarrier(),
      ] as const;
      world.send(rank, right);
      const token = world.recv<number>();
      const results = waitAll(requests);
      return [token, ...results.slice(0, 6), results[6]?.[39_999], ...results.slice(7)];
    },
    expected: (rank, size) => [
      (rank - 1 + size) % size,
      sumOfRanks(size),
      'word',
      range(size),
      rank === 0 ? range(size) : undefined,
      rank,
      range(size).map((from) => [from, rank]),
      rank === size - 1 ? size : undefined,
      new Float64Array(1).fill(sumOfRanks(size)),
      rank + 1,
      rank === 0 ? undefined : rank,
      undefined,
    ],
  },
  'a nonblocking call can be awaited': {
    program: async (world) => [await world.iallreduce(1), await world.ibarrier(), await world.iallgather(7)],
    expected: (_, size) => [size, undefined, new Array<number>(size).fill(7)],
  },
  'what does not fit is refused where it is called': {
    program: (world) => [
      failure(() => world.allreduce(1, SUM, { algorithm: 'ring' })),
      failure(() => world.allreduce('a', concat, { algorithm: 'reduceBcast' })),
      failure(() => world.allreduce(new Float64Array(8), (a) => a, { algorithm: 'rabenseifner' })),
      failure(() => world.barrier({ algorithm: 'magic' as 'linear' })),
      failure(() =>
        world.alltoallv(
          new Int8Array(3),
          range(world.size).map(() => 5),
        ),
      ),
      failure(() => world.reduceScatterBlock(new Int8Array(world.size + (world.size > 1 ? 1 : 0)))),
      failure(() => world.allreduce(new Float64Array(2), SUM, { into: new Float64Array(3) })),
    ],
    expected: (_, size) => [
      'badAlgorithm: allreduce: the algorithm ring cuts the data, and needs a typed array.',
      'no error',
      'badAlgorithm: allreduce: the algorithm rabenseifner combines blocks in any order, and needs a predefined operation, or an `Operation` that commutes.',
      'badAlgorithm: barrier: there is no algorithm "magic"; there are dissemination, recursiveDoubling, linear.',
      `badCount: alltoallv: the counts make ${5 * size} elements, and the array has 3.`,
      size > 1
        ? `badCount: reduceScatterBlock: it takes a multiple of ${size} elements, the same number for each rank, and got ${size + 1}.`
        : 'no error',
      'badBuffer: allreduce: the result has 2 elements, and the array to take it has 3.',
    ],
  },
};

/** Nodes that do not call the same; each breaks its communicator, so each has ranks of its own. */
const mismatches: Record<string, { program: (world: Communicator) => unknown; expected: RegExp }> = {
  'different calls': {
    program: (world) => (world.rank === 0 ? world.barrier() : world.allreduce(1)),
    expected: /Node [01] calls (barrier|allreduce\(SUM\)) on world where this node calls/,
  },
  'different roots': {
    program: (world) => {
      world.bcast(1, world.rank);
      world.barrier();
    },
    expected: /Node \d calls bcast\(root \d\) on world where this node calls bcast\(root \d\)/,
  },
  'different operations': {
    program: (world) => world.allreduce(1, world.rank === 0 ? SUM : MAX),
    expected: /calls allreduce\((SUM|MAX)\) on world where this node calls allreduce\((SUM|MAX)\)/,
  },
  'different lengths': {
    program: (world) => world.allreduce(new Float64Array(world.rank === 0 ? 10 : 11)),
    expected: /gave 1[01] elements and node \d gave 1[01] elements/,
  },
  'lengths so different that they ask for different algorithms': {
    program: (world) => world.allreduce(new Float64Array(world.rank === 0 ? 10 : 100_000)),
    expected: /allreduce\(SUM, algorithm (recursiveDoubling|rabenseifner)\) on world where this node calls/,
  },
  'one blocking, one not': {
    program: (world) => (world.rank === 0 ? world.barrier() : world.ibarrier().wait()),
    expected: /Node \d calls i?barrier on world where this node calls i?barrier/,
  },
};

if (isMainThread) {
  for (const size of [1, 2, 3, 4, 5, 8, 9]) {
    describeRanks(`forms of collectives on ${size} ranks`, __filename, size, cases);
  }

  describeMismatches('collectives that do not fit together', __filename, mismatches);
} else {
  const all = Object.entries({ ...cases, ...mismatches });
  serveRank(Object.fromEntries(all.map(([name, { program }]) => [name, program])));
}
