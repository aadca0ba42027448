import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LockstepError } from '../protocol/errors';
import { placeMore, placeNodes } from './placement';

test('machines without a number share evenly, the first ones take one more', () => {
  assert.deepEqual(placeNodes(5, [{ name: 'a' }, { name: 'b' }]), [0, 0, 0, 1, 1]);
});

test('a machine with a number takes that many, the others the rest', () => {
  assert.deepEqual(placeNodes(4, [{ name: 'here', nodes: 1 }, { name: 'a' }]), [0, 1, 1, 1]);
  assert.deepEqual(placeNodes(2, [{ name: 'a', nodes: 2 }, { name: 'b' }]), [0, 0]);
});

test('a machine with more cores takes more; one whose cores are not known counts as an average one', () => {
  const a = { name: 'a', weight: 12 };
  const b = { name: 'b', weight: 4 };
  assert.deepEqual(placeNodes(4, [a, b]), [0, 0, 0, 1]);
  assert.deepEqual(placeNodes(6, [a, { name: 'c' }, b]), [0, 0, 0, 1, 1, 2]);
  assert.deepEqual(placeNodes(5, [{ name: 'here', nodes: 1 }, a, b]), [0, 1, 1, 1, 2]);
});

test('property: with weights every node has a place, and each share is exact to less than one node', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 1024 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 256 }), weights, (size, given) => {
      const placed = placeNodes(
        size,
        given.map((weight, i) => ({ name: `m${i}`, weight })),
      );
      assert.equal(placed.length, size);
      const total = given.reduce((sum, weight) => sum + weight, 0);
      for (const [i, weight] of given.entries()) {
        const count = placed.filter((at) => at === i).length;
        assert.ok(Math.abs(count - (size * weight) / total) < 1);
      }
    }),
  );
});

test('numbers that do not fit are an error that names them', () => {
  const tooMany = { code: 'badPlacement', message: /4 nodes.* 6 / };
  assert.throws(() => placeNodes(4, [{ name: 'a', nodes: 6 }]), tooMany);
  assert.throws(() => placeNodes(4, [{ name: 'a', nodes: 2 }]), LockstepError);
});

test('every rank has a machine, machines stand in order, shares differ by at most one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 40 }), (size, machines) => {
      const placed = placeNodes(
        size,
        Array.from({ length: machines }, (_, i) => ({ name: `m${i}` })),
      );
      assert.equal(placed.length, size);
      assert.deepEqual(
        placed,
        placed.toSorted((a, b) => a - b),
      );
      const counts = Array.from({ length: machines }, (_, i) => placed.filter((at) => at === i).length);
      assert.ok(Math.max(...counts) - Math.min(...counts) <= 1);
    }),
  );
});

test('nodes that come later go where most are missing, and not beyond the places that there are', () => {
  assert.deepEqual(placeMore(2, [3, 0], [{ name: 'a' }, { name: 'b' }]), [1, 1]);
  assert.deepEqual(
    placeMore(
      1,
      [0, 2],
      [
        { name: 'a', nodes: 2 },
        { name: 'b', nodes: 2 },
      ],
    ),
    [0],
    'some have died',
  );
  assert.throws(
    () =>
      placeMore(
        2,
        [2, 1],
        [
          { name: 'a', nodes: 2 },
          { name: 'b', nodes: 2 },
        ],
      ),
    LockstepError,
  );
});
