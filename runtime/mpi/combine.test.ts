import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { combine } from './combine';
import {
  BAND,
  BOR,
  BXOR,
  LAND,
  LOR,
  LXOR,
  MAX,
  MAXLOC,
  MIN,
  MINLOC,
  type Operation,
  PROD,
  SUM,
} from './operations';

const from = { call: 'reduce', lower: 0, higher: 1 };
const apply = <T>(operation: Operation, a: T, b: T): T => combine(operation, a, b, b, from);

const onNumbers: [Operation, (a: number, b: number) => number][] = [
  [SUM, (a, b) => a + b],
  [PROD, (a, b) => a * b],
  [MIN, (a, b) => [a, b].sort((x, y) => x - y)[0]!],
  [MAX, (a, b) => [a, b].sort((x, y) => x - y)[1]!],
  [LAND, (a, b) => Number(Boolean(a) && Boolean(b))],
  [LOR, (a, b) => Number(Boolean(a) || Boolean(b))],
  [LXOR, (a, b) => Number(Boolean(a) !== Boolean(b))],
  [BAND, (a, b) => Number(BigInt(a) & BigInt(b))],
  [BOR, (a, b) => Number(BigInt(a) | BigInt(b))],
  [BXOR, (a, b) => Number(BigInt(a) ^ BigInt(b))],
];

describe('operations', () => {
  for (const [operation, plain] of onNumbers) {
    it(`${operation.name}: numbers, arrays, typed arrays and bigints agree with plain arithmetic`, () => {
      const pair = fc.tuple(fc.integer(), fc.integer());
      fc.assert(
        fc.property(fc.array(pair), (pairs) => {
          const as = pairs.map(([a]) => a);
          const bs = pairs.map(([, b]) => b);
          const expected = pairs.map(([a, b]) => plain(a, b));
          assert.deepEqual(apply(operation, as, bs), expected);
          assert.deepEqual(
            apply(operation, Float64Array.from(as), Float64Array.from(bs)),
            Float64Array.from(expected),
          );
          assert.deepEqual(
            apply(operation, Int32Array.from(as), Int32Array.from(bs)),
            Int32Array.from(expected),
          );
          const exact = pairs.map(([a, b]) =>
            operation === PROD ? BigInt(a) * BigInt(b) : BigInt(plain(a, b)),
          );
          assert.deepEqual(apply(operation, as.map(BigInt), bs.map(BigInt)), exact);
          assert.deepEqual(
            apply(operation, BigInt64Array.from(as.map(BigInt)), BigInt64Array.from(bs.map(BigInt))),
            BigInt64Array.from(exact),
          );
        }),
        { numRuns: 100 },
      );
    });
  }

  it('LAND, LOR, LXOR on booleans stay booleans', () => {
    for (const a of [false, true]) {
      for (const b of [false, true]) {
        assert.deepEqual([apply(LAND, a, b), apply(LOR, a, b), apply(LXOR, a, b)], [a && b, a || b, a !== b]);
      }
    }
  });

  it('bitwise operations reach 53 bits', () => {
    assert.equal(apply(BOR, 2 ** 40, 3), 2 ** 40 + 3);
    assert.equal(apply(BAND, 2 ** 52 + 5, 2 ** 52 + 6), 2 ** 52 + 4);
  });

  it('MIN and MAX give NaN if there is one, and order strings', () => {
    assert.ok(Number.isNaN(apply(MIN, 1, NaN)));
    assert.ok(Number.isNaN(apply(MAX, NaN, 1)));
    assert.deepEqual([apply(MIN, 'b', 'a'), apply(MAX, 'b', 'a')], ['a', 'b']);
  });

  it('MINLOC and MAXLOC give the lowest index of equal values', () => {
    assert.deepEqual(apply(MINLOC, [2, 5], [2, 3]), [2, 3]);
    assert.deepEqual(apply(MAXLOC, [2, 3], [2, 5]), [2, 3]);
    assert.deepEqual(apply(MINLOC, [1n, 9], [2n, 0]), [1n, 9]);
    assert.deepEqual(apply(MAXLOC, [[1, 0], [4, 0]], [[2, 1], [3, 1]]), [[2, 1], [4, 0]]); // prettier-ignore
  });

  it('write into the received typed array only', () => {
    const own = new Float64Array([1, 2]);
    const received = new Float64Array([10, 20]);
    assert.equal(combine(SUM, own, received, received, from), received);
    assert.deepEqual([...own, ...received], [1, 2, 11, 22]);
  });
});

describe('operations: values that do not fit together', () => {
  const cases: [problem: string, operation: Operation, a: unknown, b: unknown][] = [
    ['node 0 gave 1 element and node 1 gave 2 elements; all must give equally many', SUM, [1], [1, 2]],
    [
      'node 0 gave 3 elements and node 1 gave 2 elements; all must give equally many',
      MAX,
      new Float64Array(3),
      new Float64Array(2),
    ],
    [
      'node 0 gave a Float64Array and node 1 gave a Float32Array',
      SUM,
      new Float64Array(1),
      new Float32Array(1),
    ],
    ['node 0 gave a number and node 1 gave undefined', SUM, 1, undefined],
    ['node 0 gave an array and node 1 gave an Int32Array', SUM, [1], new Int32Array(1)],
    ['node 0 gave null and node 1 gave an object', SUM, null, {}],
    [
      'SUM does not work on a string, which is what node 0 gave. Combine it with a function of your own: (a, b) => …',
      SUM,
      'a',
      'b',
    ],
    [
      'BAND does not work on a boolean, which is what node 0 gave. Combine it with a function of your own: (a, b) => …',
      BAND,
      true,
      false,
    ],
    [
      'SUM does not work on an object, which is what node 0 gave. Combine it with a function of your own: (a, b) => …',
      SUM,
      {},
      {},
    ],
    [
      'SUM does not work on a DataView, which is what node 0 gave. Combine it with a function of your own: (a, b) => …',
      SUM,
      new DataView(new ArrayBuffer(1)),
      new DataView(new ArrayBuffer(1)),
    ],
    [
      'MAXLOC works on [value, index] pairs and arrays of them, and node 0 gave a number. Combine it with a function of your own: (a, b) => …',
      MAXLOC,
      1,
      2,
    ],
    ['BXOR works on whole numbers, and here it got 0.5 and 1', BXOR, 0.5, 1],
    [
      'BOR works on whole numbers, and the Float64Array has others',
      BOR,
      new Float64Array([NaN]),
      new Float64Array(1),
    ],
  ];
  for (const [problem, operation, a, b] of cases) {
    it(problem, () => {
      assert.throws(() => apply(operation, a, b), { code: 'badCount', message: `reduce: ${problem}.` });
    });
  }
});
