import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkExpected, expectedLines, runProgram, sampleFolder } from './runSample';

const program = join(sampleFolder('04-matrix'), 'matrix.ts');

/** Element (i, j) of the matrix of this name, worked out with whole numbers of any size, cut to 32 bits. */
function element(name: string, i: number, j: number): number {
  const cut = (x: bigint) => BigInt.asUintN(32, x);
  const seed = BigInt(name.charCodeAt(0));
  let bits = cut(seed * 0x9e3779b1n) ^ cut(BigInt(i + 1) * 0x85ebca6bn) ^ cut(BigInt(j + 1) * 0xc2b2ae35n);
  bits = cut((bits ^ (bits >> 16n)) * 0x7feb352dn);
  bits = cut((bits ^ (bits >> 15n)) * 0x846ca68bn);
  return Number(bits ^ (bits >> 16n)) / 2 ** 32;
}

/** The sum of the diagonal of A × B needs no product: it is the sum over i and j of A(i, j) B(j, i). */
function diagonalSum(n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += element('A', i, j) * element('B', j, i);
  return sum;
}

function checkLines([speed, speedAlone, diagonal = '', error = '']: string[], n: number): void {
  const numbers = '(\\d+\\.\\d{3}|…) s, (\\d+\\.\\d{2}|…) gflop/s$';
  assert.match(speed ?? '', new RegExp(`^${n} × ${n} on all nodes: ${numbers}`));
  assert.match(speedAlone ?? '', new RegExp(`^${n} × ${n} on node 0 alone: ${numbers}`));
  const sum = Number(/^sum of the diagonal: (\S+)$/.exec(diagonal)?.[1]);
  assert.ok(Math.abs(sum - diagonalSum(n)) < 1e-6, diagonal);
  assert.ok(Number(/^largest error: (\S+)$/.exec(error)?.[1]) < 1e-10, error);
}

for (const [nodes, n] of [
  [1, 60],
  [2, 61],
  [4, 480],
  [7, 100],
  [9, 5], // more nodes than rows
] as const) {
  test(`matrix: ${n} × ${n} on ${nodes} nodes`, async () => {
    const printed = await runProgram(program, nodes, [String(n)]);
    checkLines(printed[0]!, n);
    assert.deepEqual(printed.slice(1).flat(), []);
  });
}

test('matrix: the numbers lie evenly between 0 and 1', () => {
  const numbers = Array.from({ length: 10_000 }, (_, k) => element('A', Math.floor(k / 100), k % 100));
  for (let tenth = 0; tenth < 10; tenth++) {
    const count = numbers.filter((value) => value >= tenth / 10 && value < (tenth + 1) / 10).length;
    assert.ok(Math.abs(count - 1000) < 150, `${count} of 10000 numbers are in the tenth ${tenth}`);
  }
});

test('matrix: prints what its expected.txt says', async () => {
  checkLines(expectedLines('04-matrix')[0]!, 480);
  await checkExpected('04-matrix', 'matrix.ts');
});
