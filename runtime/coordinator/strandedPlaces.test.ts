import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Standing } from './deadlock';
import { withStrandedPlaces } from './strandedPlaces';

const stranded: Standing = { wait: { operation: 'await', communicator: 'world', stranded: 1 } };
const receives: Standing = { wait: { operation: 'recv', communicator: 'world', peer: 0, tag: 1 } };
const at = (line: number) => ({ file: '/home/ada/ring.ts', line, column: 1 });
const lineOf = (node: Standing | undefined) => (typeof node === 'object' ? node.wait.at?.line : undefined);

test('nodes that await in vain get their lines, the others are not asked', async () => {
  const asked: number[] = [];
  const placeOf = (rank: number) => {
    asked.push(rank);
    return Promise.resolve(rank === 3 ? undefined : at(10 + rank));
  };
  const nodes = await withStrandedPlaces([stranded, receives, 'ended', stranded, stranded], placeOf, () => 0);
  assert.deepEqual(asked, [0, 3, 4]);
  assert.deepEqual(nodes.map(lineOf), [10, undefined, undefined, undefined, 14]);
  assert.deepEqual(nodes.slice(1, 4), [receives, 'ended', stranded]);
});

test('of many nodes as many are asked as there is time for, and never none', async () => {
  let nowMs = 0;
  const placeOf = (rank: number) => {
    nowMs += 400;
    return Promise.resolve(at(rank));
  };
  const many = new Array<Standing>(20).fill(stranded);
  const nodes = await withStrandedPlaces(many, placeOf, () => nowMs);
  assert.deepEqual(nodes.map(lineOf).slice(0, 5), [0, 1, 2, 3, undefined]);
});
