import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { copyPayload, decode } from '../../core/codec';
import { SUM } from '../operations';
import { participantOf, type Simulated, simulate } from '../testing/scheduleSimulator';
import { allgatherAlgorithms } from './allgather';
import { allreduceAlgorithms, cuttingAllreduceAlgorithms } from './allreduce';
import { alltoallAlgorithms } from './alltoall';
import { barrierAlgorithms } from './barrier';
import { bcastAlgorithms, chosenBcast } from './bcast';
import { gatherAlgorithms } from './gather';
import { cuttingReduceAlgorithms, reduceAlgorithms } from './reduce';
import { reduceScatterAlgorithms } from './reduceScatter';
import { scanAlgorithms } from './scan';
import { scatterAlgorithms } from './scatter';
import type { Participant, Schedule } from './schedule';

const runs = 40;
const ranks = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
const valueOf = (rank: number) => ({
  from: rank,
  bytes: new Uint16Array(rank * 3).fill(rank),
  text: 'x'.repeat(rank),
});
const vectorOf = (rank: number, length: number) =>
  Float64Array.from({ length }, (_, i) => (rank + 1) * 1000 + i);
const concat = (a: string, b: string): string => a + b;

/** Sizes, roots and orders of arrival: what every algorithm must bear. */
const situation = fc.record({
  size: fc.integer({ min: 1, max: 17 }),
  rootSeed: fc.nat(),
  length: fc.integer({ min: 0, max: 40 }),
  order: fc.infiniteStream(fc.nat()),
});

interface Given {
  size: number;
  root: number;
  length: number;
}

/** Runs a schedule at every node in arbitrary situations, and looks at the results. */
function property<T>(
  name: string,
  start: (participant: Participant, given: Given) => Schedule<T>,
  check: (results: T[], given: Given) => void,
): void {
  test(name, () => {
    fc.assert(
      fc.property(situation, ({ size, rootSeed, length, order }) => {
        const given = { size, root: rootSeed % size, length };
        const choices = order[Symbol.iterator]();
        const choose = (count: number) => (choices.next().value as number) % count;
        const { results } = simulate(size, (rank) => start(participantOf(name, rank, size), given), choose);
        check(results, given);
      }),
      { numRuns: runs },
    );
  });
}

describe('every algorithm, for 1 to 17 nodes, any root and any order of arrival', () => {
  for (const [name, algorithm] of Object.entries(barrierAlgorithms)) {
    test(`barrier, ${name}: nobody leaves before all have come`, () => {
      for (const size of [1, 2, 3, 4, 5, 8, 9]) {
        for (const late of ranks(size)) {
          let come = 0;
          const left: number[] = [];
          function* atNode(rank: number): Schedule<void> {
            // The late one comes when nothing else can move.
            come += 1;
            yield* algorithm(participantOf('barrier', rank, size));
            left.push(come);
          }
          simulate(size, atNode, (count) => (late * 7) % count);
          assert.deepEqual(left, new Array(size).fill(size));
        }
      }
    });
  }

  for (const [name, algorithm] of Object.entries(bcastAlgorithms)) {
    property(
      `bcast, ${name}`,
      (p, { root, length }) => {
        const own = p.rank === root ? p.encode({ root, data: vectorOf(root, length * 1000) }) : undefined;
        return algorithm(p, own, root);
      },
      (results, { root, length }) => {
        for (const payload of results) {
          assert.deepEqual(decode(copyPayload(payload)), { root, data: vectorOf(root, length * 1000) });
        }
      },
    );
  }

  property(
    'bcast, as the root chooses',
    (p, { root, length }) => {
      const own = p.rank === root ? p.encode(vectorOf(root, length * 1000)) : undefined;
      return chosenBcast(p, own, root, () => undefined);
    },
    (results, { root, length }) => {
      for (const payload of results)
        assert.deepEqual(decode(copyPayload(payload)), vectorOf(root, length * 1000));
    },
  );

  for (const [name, algorithm] of Object.entries(scatterAlgorithms)) {
    property(
      `scatter, ${name}`,
      (p, { size, root }) => {
        const own = p.rank === root ? ranks(size).map((rank) => p.encode(valueOf(rank))) : undefined;
        return algorithm(p, own, root);
      },
      (results) =>
        assert.deepEqual(
          results.map(decode),
          results.map((_, rank) => valueOf(rank)),
        ),
    );
  }

  for (const [name, algorithm] of Object.entries(gatherAlgorithms)) {
    property(
      `gather, ${name}`,
      (p, { root }) => algorithm(p, p.encode(valueOf(p.rank)), root),
      (results, { size, root }) => {
        for (const [rank, all] of results.entries()) {
          assert.deepEqual(all?.map(decode), rank === root ? ranks(size).map(valueOf) : undefined);
        }
      },
    );
  }

  for (const [name, algorithm] of Object.entries(allgatherAlgorithms)) {
    if (name === 'recursiveDoubling') continue;
    property(
      `allgather, ${name}`,
      (p) => algorithm(p, p.encode(valueOf(p.rank))),
      (results, { size }) => {
        for (const all of results) assert.deepEqual(all.map(decode), ranks(size).map(valueOf));
      },
    );
  }

  test('allgather, recursiveDoubling, for 2^m nodes', () => {
    for (const size of [1, 2, 4, 8, 16]) {
      const { results } = inOrder(size, (p) =>
        allgatherAlgorithms.recursiveDoubling(p, p.encode(valueOf(p.rank))),
      );
      for (const all of results) assert.deepEqual(all.map(decode), ranks(size).map(valueOf));
    }
  });

  for (const [name, algorithm] of Object.entries(alltoallAlgorithms)) {
    property(
      `alltoall, ${name}`,
      (p, { size }) =>
        algorithm(
          p,
          ranks(size).map((to) => p.encode([p.rank, to])),
        ),
      (results, { size }) => {
        for (const [rank, all] of results.entries()) {
          assert.deepEqual(
            all.map(decode),
            ranks(size).map((from) => [from, rank]),
          );
        }
      },
    );
  }

  for (const [name, algorithm] of Object.entries(reduceAlgorithms)) {
    property(
      `reduce, ${name}, in the order of ranks`,
      (p, { root }) => algorithm(p, String.fromCharCode(97 + p.rank), concat, root),
      (results, { size, root }) => {
        const all = ranks(size)
          .map((rank) => String.fromCharCode(97 + rank))
          .join('');
        assert.deepEqual(
          results,
          ranks(size).map((rank) => (rank === root ? all : undefined)),
        );
      },
    );
  }

  for (const [name, algorithm] of Object.entries(cuttingReduceAlgorithms)) {
    property(
      `reduce, ${name}`,
      (p, { root, length }) => algorithm(p, vectorOf(p.rank, length), SUM, root),
      (results, { size, root, length }) => {
        for (const [rank, result] of results.entries()) {
          assert.deepEqual(result, rank === root ? sumOf(size, length) : undefined);
        }
      },
    );
  }

  for (const [name, algorithm] of Object.entries(allreduceAlgorithms)) {
    property(
      `allreduce, ${name}, in the order of ranks`,
      (p) => algorithm(p, String.fromCharCode(97 + p.rank), concat),
      (results, { size }) => {
        const all = ranks(size)
          .map((rank) => String.fromCharCode(97 + rank))
          .join('');
        assert.deepEqual(results, new Array(size).fill(all));
      },
    );
  }

  for (const [name, algorithm] of Object.entries(cuttingAllreduceAlgorithms)) {
    property(
      `allreduce, ${name}`,
      (p, { length }) => algorithm(p, vectorOf(p.rank, length), SUM),
      (results, { size, length }) => {
        for (const result of results) assert.deepEqual(result, sumOf(size, length));
      },
    );
  }

  for (const [name, algorithm] of Object.entries(reduceScatterAlgorithms)) {
    property(
      `reduceScatter, ${name}, with blocks of any length`,
      (p, { size, length }) =>
        algorithm(p, vectorOf(p.rank, startsOf(size, length)[size] as number), startsOf(size, length), SUM),
      (results, { size, length }) => {
        const starts = startsOf(size, length);
        const sum = sumOf(size, starts[size] as number);
        for (const [rank, result] of results.entries()) {
          assert.deepEqual(result, sum.slice(starts[rank], starts[rank + 1]));
        }
      },
    );
  }

  for (const [name, algorithm] of Object.entries(scanAlgorithms)) {
    property(
      `scan, ${name}, in the order of ranks`,
      (p) => algorithm(p, String.fromCharCode(97 + p.rank), concat),
      (results) => {
        let before = '';
        for (const [rank, { exclusive, inclusive }] of results.entries()) {
          assert.equal(exclusive, rank === 0 ? undefined : before);
          before += String.fromCharCode(97 + rank);
          assert.equal(inclusive, before);
        }
      },
    );
  }
});

describe('what the algorithms cost, as their files say', () => {
  const length = 6720; // divisible by 2 to 8
  const bytes = 8 * length;
  const log = Math.log2;
  const vector = (p: Participant) => vectorOf(p.rank, length);
  const sum = SUM;

  for (const size of [2, 3, 4, 5, 7, 8]) {
    const rounds = Math.ceil(log(size));
    test(`${size} nodes`, () => {
      const barrier = inOrder(size, barrierAlgorithms.dissemination);
      assert.deepEqual([barrier.messages, barrier.depth], [rounds * size, rounds]);
      const tree = inOrder(size, (p) =>
        bcastAlgorithms.binomial(p, p.rank === 0 ? p.encode(vector(p)) : undefined, 0),
      );
      assert.deepEqual([tree.messages, tree.depth], [size - 1, treeDepth(size)]);
      const gather = inOrder(size, (p) => gatherAlgorithms.binomial(p, p.encode(1), 0));
      assert.deepEqual([gather.messages, gather.depth], [size - 1, treeDepth(size)]);
      const bruck = inOrder(size, (p) => allgatherAlgorithms.bruck(p, p.encode(1)));
      assert.deepEqual([bruck.messages, bruck.depth], [rounds * size, rounds]);
      const alltoall = inOrder(size, (p) => alltoallAlgorithms.bruck(p, ranks(size).map(p.encode)));
      assert.deepEqual([alltoall.messages, alltoall.depth], [rounds * size, rounds]);
      const ring = inOrder(size, (p) => cuttingAllreduceAlgorithms.ring(p, vector(p), sum));
      assert.deepEqual([ring.messages, ring.depth], [2 * (size - 1) * size, 2 * (size - 1)]);
      assert.deepEqual(ring.sentBytes, new Array(size).fill((2 * bytes * (size - 1)) / size));
    });
  }

  for (const size of [2, 4, 8]) {
    test(`${size} nodes, a power of two`, () => {
      const rabenseifner = inOrder(size, (p) => cuttingAllreduceAlgorithms.rabenseifner(p, vector(p), sum));
      assert.equal(rabenseifner.depth, 2 * log(size));
      assert.deepEqual(rabenseifner.sentBytes, new Array(size).fill((2 * bytes * (size - 1)) / size));
      const doubling = inOrder(size, (p) => allreduceAlgorithms.recursiveDoubling(p, vector(p), sum));
      assert.deepEqual([doubling.depth, doubling.sentBytes[0]], [log(size), bytes * log(size)]);
      const halving = inOrder(size, (p) =>
        reduceScatterAlgorithms.recursiveHalving(
          p,
          vector(p),
          ranks(size + 1).map((i) => (i * length) / size),
          sum,
        ),
      );
      assert.deepEqual([halving.depth, halving.sentBytes[0]], [log(size), bytes * (1 - 1 / size)]);
    });
  }
});

function inOrder<T>(size: number, start: (participant: Participant) => Schedule<T>): Simulated<T> {
  return simulate(
    size,
    (rank) => start(participantOf('cost', rank, size)),
    () => 0,
  );
}

function sumOf(size: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) =>
    ranks(size).reduce((total, rank) => total + (rank + 1) * 1000 + i, 0),
  );
}

/** The longest way in a binomial tree: as many edges as a rank has bits, at most. */
function treeDepth(size: number): number {
  return Math.max(...ranks(size).map((rank) => [...rank.toString(2)].filter((bit) => bit === '1').length));
}

/** Blocks of different lengths, some empty. */
function startsOf(size: number, length: number): number[] {
  const starts = [0];
  for (const rank of ranks(size)) starts.push((starts[rank] as number) + ((rank * 7 + length) % 5));
  return starts;
}
