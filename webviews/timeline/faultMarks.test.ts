import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultRecord } from '../../runtime/protocol/faults';
import { faultMarks, visibleMarks, wordsNear } from './faultMarks';

const at = (monotonicMs: number, rest: Pick<FaultRecord, 'fault' | 'ended'>): FaultRecord => ({
  ...{ timeMs: 0, monotonicMs, by: 'plan' },
  ...rest,
});
const records = [
  at(900, { fault: { fault: 'delay', ms: 5 } }),
  at(1250, { fault: { fault: 'stop', node: 1 } }),
  at(1500, { fault: { fault: 'stop', node: 1 }, ended: true }),
  at(9000, { fault: { fault: 'heal' } }),
];
const marks = faultMarks(records, { firstMs: 0, zeroMs: 0, lastMs: 1000, timeOf: (ms) => ms - 1000 });

test('faults are marks at their times, within what was recorded; those of a process belong to its node', () => {
  assert.deepEqual(
    marks.map(({ atMs, rank, isEnd }) => [atMs, rank, isEnd]),
    [
      [0, undefined, false],
      [250, 1, false],
      [500, 1, true],
      [1000, undefined, true],
    ],
  );
  assert.deepEqual(
    marks.slice(0, 3).map(({ words }) => words),
    [
      'start: delay of 5 ms between all nodes, by the plan',
      '250 ms: node 1 stopped, by the plan',
      '500 ms: node 1 stopped ended, by the plan',
    ],
  );
});

test('only what is in sight is drawn, and nothing twice at a pixel', () => {
  const window = { from: 100, to: 600 };
  assert.deepEqual(visibleMarks(marks, window, 500), marks.slice(1, 3));
  const many = Array.from({ length: 1000 }, () => marks[1]!);
  assert.equal(visibleMarks(many, window, 500).length, 1);
});

test('the pointer finds what happened near it, and of many some', () => {
  assert.equal(wordsNear(marks, 245, 10), marks[1]?.words);
  assert.equal(wordsNear(marks, 300, 10), undefined);
  const many = Array.from({ length: 7 }, () => marks[1]!);
  assert.match(wordsNear(many, 250, 1) ?? '', /and 3 more$/);
});
