import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isMainThread, workerData } from 'node:worker_threads';
import type { Communicator } from '../../communicator';
import { BXOR, MAX, MIN, MINLOC, PROD, SUM } from '../../operations';
import { describeMismatches, describeRanks, type RankCase } from '../../testing/describeRanks';
import { type RankProgram, serveRank, ThreadCluster } from '../../testing/threadCluster';

const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
/** Empty, short, just fitting into a slot and not, one stage, and several. */
const lengths = [0, 1, 16, 17, 508, 509, 5000, 140_001];
/** Fractions, whose sum depends on the order of addition. */
const fractions = (rank: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => 1 / (rank * 7 + (i % 1000) + 1));
const algorithm = 'sharedMemory';
/** Longer than the first calls that go by messages. */
const manyCalls = 40;
const communicators = 30;
/** When a rank hears that messages go wrong on purpose: at which call of those in a communicator, each rank at another one. */
const hearsAt = (rank: number, communicator: number): number => (rank * 7 + communicator * 11) % manyCalls;

/** A call of any kind; true if it brings what it should. */
function isRight(part: Communicator, i: number): boolean {
  const { rank, size } = part;
  const sum = (size * (size - 1)) / 2;
  if (i % 4 === 0) part.barrier({ algorithm });
  else if (i % 4 === 1) return part.allreduce(rank + i, SUM, { algorithm }) === sum + size * i;
  else if (i % 4 === 2)
    return part.allreduce(new Float64Array(30_000).fill(rank), SUM, { algorithm })[29_999] === sum;
  else
    return part
      .alltoall(
        range(size).map((to) => new Int32Array((i % 8) * 500).fill(rank * 10 + to)),
        { algorithm },
      )
      .every((each, from) => each.every((element) => element === from * 10 + rank));
  return true;
}

const same = (a: ArrayBufferView, b: ArrayBufferView): boolean =>
  a.constructor === b.constructor &&
  Buffer.compare(
    Buffer.from(a.buffer, a.byteOffset, a.byteLength),
    Buffer.from(b.buffer, b.byteOffset, b.byteLength),
  ) === 0;

/** What the error says that a call ends with. */
function failure(call: () => unknown): string {
  try {
    call();
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
}

const cases: Record<string, RankCase> = {
  'allreduce: the very result of recursive doubling, for typed arrays of any length': {
    program: (world) =>
      lengths.map((length) => {
        const data = fractions(world.rank, length);
        const doubling = world.allreduce(data, SUM, { algorithm: 'recursiveDoubling' });
        return same(world.allreduce(data, SUM, { algorithm }), doubling);
      }),
    expected: () => lengths.map(() => true),
  },
  'allreduce: into an array, and in place': {
    program: (world) =>
      lengths.map((length) => {
        const data = fractions(world.rank, length);
        const doubling = world.allreduce(data, SUM, { algorithm: 'recursiveDoubling' });
        const into = new Float64Array(length);
        const given = world.allreduce(data, SUM, { algorithm, into }) === into && same(into, doubling);
        const unchanged = same(data, fractions(world.rank, length));
        world.allreduce(data, SUM, { algorithm, into: data });
        return [given, unchanged, same(data, doubling)];
      }),
    expected: () => lengths.map(() => [true, true, true]),
  },
  'allreduce: other elements and operations': {
    program(world) {
      const whole = (length: number): number[] => range(length).map((i) => ((world.rank + 1) * (i + 3)) % 97);
      return [3, 3000]
        .flatMap((length) => [
          [Int32Array.from(whole(length)), MAX] as const,
          [Uint8Array.from(whole(length)), BXOR] as const,
          [Float32Array.from(whole(length)), MIN] as const,
          [Int16Array.from(whole(length)), PROD] as const,
        ])
        .map(([data, operation]) => {
          const doubling = world.allreduce(data, operation, { algorithm: 'recursiveDoubling' });
          return same(world.allreduce(data, operation, { algorithm }), doubling);
        });
    },
    expected: () => new Array<boolean>(8).fill(true),
  },
  'allreduce: whatever else can be sent, in the order of ranks': {
    program(world) {
      const letter = String.fromCharCode(97 + world.rank);
      const concat = (a: string, b: string): string => a + b;
      return [
        world.allreduce(letter, concat, { algorithm }),
        world.allreduce(letter.repeat(3000), concat, { algorithm }).length,
        world.allreduce(2n ** 60n, SUM, { algorithm }),
        world.allreduce([world.rank, 5 - world.rank], MAX, { algorithm }),
        world.allreduce([world.rank % 2, world.rank], MINLOC, { algorithm }),
        world
          .allreduce(new BigInt64Array(700).fill(1n), SUM, { algorithm })
          .every((each) => each === BigInt(world.size)),
        world.allreduce(
          { data: new Float64Array(20_000), rank: world.rank },
          (a, b) => (a.rank > b.rank ? a : b),
          {
            algorithm,
          },
        ).rank,
      ];
    },
    expected: (_, size) => [
      'abcdefghi'.slice(0, size),
      3000 * size,
      BigInt(size) * 2n ** 60n,
      [size - 1, 5],
      [0, 0],
      true,
      size - 1,
    ],
  },
  'allreduce: what a function returns is nobody’s own': {
    program(world) {
      const own = [world.rank];
      const result = world.allreduce(own, (_, b) => b, { algorithm });
      return [result, result !== own];
    },
    expected: (_, size) => [[size - 1], true],
  },
  'alltoall: elements of any kind and length, also such that differ': {
    program: (world) =>
      [1, 3, 600, 30_000].map((length) => {
        const elementFor = (from: number, to: number): unknown => {
          if ((from + to) % 3 === 0) return `${from} to ${to} `.repeat(length);
          if ((from + to) % 3 === 1) return Float64Array.from({ length: length + from }, (_, i) => i * to);
          return to % 2 ? undefined : [from, { to }];
        };
        const received = world.alltoall(
          range(world.size).map((to) => elementFor(world.rank, to)),
          { algorithm },
        );
        assert.deepEqual(
          received,
          range(world.size).map((from) => elementFor(from, world.rank)),
        );
        return world.lastCollective?.messages;
      }),
    expected: () => [0, 0, 0, 0],
  },
  'alltoall: into arrays, and in place': {
    program: (world) =>
      [1, 600, 140_000].map((length) => {
        const own = range(world.size).map((to) => new Int32Array(length).fill(world.rank * 10 + to));
        const into = own.map(() => new Int32Array(length));
        const all = world.alltoall(own, { algorithm, into });
        world.alltoall(own, { algorithm, into: own });
        return (
          [into, own].every((arrays) =>
            arrays.every((array, from) => array.every((value) => value === from * 10 + world.rank)),
          ) && all.every((array, from) => array === into[from])
        );
      }),
    expected: () => [true, true, true],
  },
  'alltoall: typed arrays within objects go as messages': {
    program(world) {
      const own = range(world.size).map((to) => ({ to, data: new Float64Array(5000).fill(world.rank) }));
      const all = world.alltoall(own, { algorithm });
      return [all.map(({ to, data }) => [to, data[4999]]), world.lastCollective?.algorithm];
    },
    expected: (rank, size) => [range(size).map((from) => [rank, from]), size > 8 ? 'pairwise' : 'linear'],
  },
  'barrier: nobody leaves before all have come': {
    program: (world, shared) =>
      range(200).every((round) => {
        Atomics.add(shared, 0, 1);
        world.barrier({ algorithm });
        const all = Atomics.load(shared, 0) >= (round + 1) * world.size;
        world.barrier({ algorithm });
        return all;
      }),
    expected: () => true,
  },
  'the first rank that hears of faults takes all others along, to messages and for good': {
    program: (world, _, endpoint) =>
      range(communicators).map((number) => {
        const part = world.dup();
        const meets = range(manyCalls).map((i) => {
          if (i === hearsAt(world.rank, number)) endpoint.isDisturbed = true;
          assert.ok(isRight(part, i), `call ${i}`);
          return part.lastCollective?.algorithm === algorithm;
        });
        endpoint.isDisturbed = false;
        return meets;
      }),
    expected: (_, size) =>
      range(communicators).map((number) => {
        const first = Math.min(...range(size).map((rank) => hearsAt(rank, number)));
        return range(manyCalls).map((i) => i < first);
      }),
  },
  'calls of all kinds in turn': {
    program(world) {
      const part = world.dup();
      let sum = 0;
      for (let i = 0; i < 300; i += 1) {
        const length = (i * 131) % 1500;
        sum += part.allreduce(new Float64Array(length + 1).fill(1), SUM)[length] as number;
        sum += world.alltoall(range(world.size).map((to) => to + i))[0] as number;
        sum += world.bcast(i, i % world.size);
        if (i % 7 === 0) part.barrier();
        sum += part.allreduce(i);
      }
      return [sum, part.lastCollective];
    },
    expected: (rank, size) => [
      300 * size + 300 * rank + 44_850 + 44_850 + 44_850 * size,
      { call: 'allreduce', algorithm, rounds: 1, messages: 0, bytes: 8 * (size - 1) },
    ],
  },
};

const chosen: Record<string, { program: RankProgram; expected: (shares: boolean) => unknown }> = {
  'the first calls go by messages, later ones and long ones through memory where all share it': {
    program(world) {
      const part = world.dup();
      const first = range(manyCalls).map(() => {
        part.allreduce(1);
        return part.lastCollective?.algorithm;
      });
      const other = world.dup();
      other.allreduce(new Float64Array(100_000));
      const long = other.lastCollective?.algorithm;
      other.allreduce(1);
      return [first[0], first.at(-1), long, other.lastCollective?.algorithm];
    },
    expected: (shares) => [
      'recursiveDoubling',
      shares ? algorithm : 'recursiveDoubling',
      shares ? algorithm : 'rabenseifner',
      shares ? algorithm : 'recursiveDoubling',
    ],
  },
  'who asks for it is told where it cannot be': {
    program: (world) => [
      failure(() => world.barrier({ algorithm })),
      failure(() => world.allreduce(1, SUM, { algorithm })),
      failure(() => world.iallreduce(1, SUM, { algorithm })),
    ],
    expected(shares) {
      const no = shares
        ? 'none'
        : 'the algorithm sharedMemory is for 2 nodes or more of one machine, whose memory they can share.';
      return [
        shares ? no : `barrier: ${no}`,
        shares ? no : `allreduce: ${no}`,
        'allreduce: the algorithm sharedMemory is for calls that block.',
      ];
    },
  },
};

/** A node that has made one call more or another one is found out, wherever the calls meet. */
const afterMany =
  (call: (world: Communicator) => unknown): RankProgram =>
  (world) => {
    for (let i = 0; i < manyCalls; i += 1) world.barrier();
    return call(world);
  };
const mismatches: Record<string, { program: RankProgram; expected: RegExp }> = {
  'another call': {
    program: afterMany((world) => (world.rank === 0 ? world.barrier() : world.allreduce(1))),
    expected:
      /Node \d calls (barrier|allreduce\(SUM\)) on world where this node calls (barrier|allreduce\(SUM\))/,
  },
  'another operation': {
    program: afterMany((world) => world.allreduce(1, world.rank === 0 ? SUM : MAX)),
    expected: /calls allreduce\((SUM|MAX)\) on world where this node calls allreduce\((SUM|MAX)\)/,
  },
  'a call that goes by messages': {
    program: afterMany((world) => (world.rank === 0 ? world.bcast(1) : world.barrier())),
    expected: /calls (bcast\(root 0\)|barrier) on world where this node calls (bcast\(root 0\)|barrier)/,
  },
  'one call more': {
    program: afterMany((world) => {
      if (world.rank === 0) world.gather(1, 1);
      world.barrier();
    }),
    expected: /(gather\(root 1\)|call number \d+)/,
  },
  'other lengths': {
    program: afterMany((world) => world.allreduce(new Float64Array(world.rank === 0 ? 10 : 11))),
    expected: /gave 1[01] elements and node \d gave 1[01] elements/,
  },
  'lengths of which one is long': {
    program: afterMany((world) => world.allreduce(new Float64Array(world.rank === 0 ? 10 : 100_000))),
    expected: /gave (10|100000) elements and node \d gave (10|100000) elements/,
  },
  'an element that does not fit into its array': {
    program: afterMany((world) =>
      world.alltoall(
        [1, 2].map(() => new Float64Array(2)),
        { into: [1, 2].map(() => new Float64Array(3)) },
      ),
    ),
    expected: /the result has 2 elements, and the array to take it has 3/,
  },
};

/** The rest of the programs runs without memory that is shared where the number of ranks is 4. */
const withoutSharing = 4;

if (isMainThread) {
  for (const size of [2, 3, 5, 8, 9]) {
    describeRanks(`collectives in shared memory on ${size} ranks`, __filename, size, cases);
  }
  for (const size of [2, withoutSharing]) {
    describe(`the choice of memory, on ${size} ranks ${size === withoutSharing ? 'without any' : 'that share some'}`, () => {
      for (const [name, { expected }] of Object.entries(chosen)) {
        it(name, async () => {
          const cluster = new ThreadCluster(__filename, size);
          try {
            const all = range(size).map(() => expected(size !== withoutSharing));
            assert.deepStrictEqual(await cluster.run(name), all);
          } finally {
            await cluster.close();
          }
        });
      }
    });
  }
  describeMismatches('collectives that do not fit together, in shared memory', __filename, mismatches);
} else {
  const { size } = workerData as { size: number };
  const all = Object.entries({ ...cases, ...chosen, ...mismatches });
  serveRank(
    Object.fromEntries(all.map(([name, { program }]) => [name, program])),
    {},
    size !== withoutSharing,
  );
}
