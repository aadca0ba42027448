import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Leaver, leavingNodes } from './leavingNodes';

const node = (rank: number, part: Partial<Omit<Leaver, 'held'>> = {}, held = 0): Leaver => ({
  rank,
  running: 0,
  outstandingMs: 0,
  cordoned: false,
  held: { size: held },
  ...part,
});

test('who runs nothing leaves before who does, the least loaded first, and of equals the newest', () => {
  const busy = [node(1, { running: 1, outstandingMs: 50 }), node(2, { running: 1, outstandingMs: 20 })];
  assert.deepEqual(leavingNodes([...busy, node(3), node(4)], 3), [4, 3, 2]);
  assert.deepEqual(leavingNodes([node(1, {}, 0), node(2, {}, 9)], 1), [1], 'results are left where they are');
  assert.deepEqual(leavingNodes([node(1), node(2, { cordoned: true, running: 1 })], 1), [2]);
  assert.deepEqual(leavingNodes([node(1)], 0), []);
});
