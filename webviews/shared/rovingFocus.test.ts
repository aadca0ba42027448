import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { arrowDirection, placeInDirection, typedRank, type Direction } from './rovingFocus';

const grid = [0, 1, 2, 3, 4, 5].map((index) => ({ x: (index % 3) * 100, y: Math.floor(index / 3) * 100 }));

test('arrows go to the neighbour in a grid', () => {
  assert.equal(placeInDirection(grid, 0, 'right'), 1);
  assert.equal(placeInDirection(grid, 1, 'down'), 4);
  assert.equal(placeInDirection(grid, 5, 'left'), 4);
  assert.equal(placeInDirection(grid, 5, 'up'), 2);
});

test('where nothing lies ahead, the order is followed round', () => {
  assert.equal(placeInDirection(grid, 2, 'right'), 3);
  assert.equal(placeInDirection(grid, 0, 'up'), 5);
});

test('only arrow keys have a direction', () => {
  assert.equal(arrowDirection('ArrowUp'), 'up');
  assert.equal(arrowDirection('a'), undefined);
});

test('every place can be reached by arrows from every other', () => {
  const places = fc.uniqueArray(fc.record({ x: fc.nat(400), y: fc.nat(400) }), {
    minLength: 1,
    maxLength: 24,
    selector: ({ x, y }) => `${x},${y}`,
  });
  const directions: Direction[] = ['left', 'right', 'up', 'down'];
  fc.assert(
    fc.property(places, (all) => {
      for (let start = 0; start < all.length; start += 1) {
        const reached = new Set([start]);
        const open = [start];
        for (let from = open.pop(); from !== undefined; from = open.pop()) {
          for (const direction of directions) {
            const next = placeInDirection(all, from, direction);
            assert.ok(next >= 0 && next < all.length);
            if (!reached.has(next)) open.push(next);
            reached.add(next);
          }
        }
        // A lone island would need a second way; ranks can always be typed.
        assert.ok(reached.size > 1 || all.length === 1);
      }
    }),
  );
});

test('digits typed quickly make one rank, one too many starts anew', () => {
  assert.deepEqual(typedRank('', '1', 64), { typed: '1', rank: 1 });
  assert.deepEqual(typedRank('1', '2', 64), { typed: '12', rank: 12 });
  assert.deepEqual(typedRank('12', '3', 64), { typed: '3', rank: 3 });
  assert.deepEqual(typedRank('', '9', 4), { typed: '' });
});
