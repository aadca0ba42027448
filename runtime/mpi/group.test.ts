import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Group } from './group';

const worldSize = 12;
const subset = fc.uniqueArray(fc.nat(worldSize - 1), { maxLength: worldSize });
const group = (members: readonly number[]) => new Group(members, 3);

describe('group', () => {
  it('is an ordered set: operations keep the order of the first', () => {
    fc.assert(
      fc.property(subset, subset, (a, b) => {
        const [left, right] = [group(a), group(b)];
        assert.deepEqual(left.union(right).members, [...new Set([...a, ...b])]);
        assert.deepEqual(
          left.intersection(right).members,
          a.filter((each) => b.includes(each)),
        );
        assert.deepEqual(
          left.difference(right).members,
          a.filter((each) => !b.includes(each)),
        );
        assert.equal(left.rank, a.includes(3) ? a.indexOf(3) : undefined);
      }),
    );
  });

  it('includes, excludes and translates by rank', () => {
    const odd = group([1, 3, 5, 7]);
    assert.deepEqual(odd.include([2, 0]).members, [5, 1]);
    assert.deepEqual(odd.exclude([2, 0]).members, [3, 7]);
    assert.deepEqual(odd.translateRanks([0, 1, 1], group([3, 1])), [1, 0, 0]);
    assert.deepEqual(odd.translateRanks([3], group([])), [undefined]);
  });

  it('compares as nodes in order, nodes, or neither', () => {
    assert.equal(group([1, 2]).compare(group([1, 2])), 'identical');
    assert.equal(group([1, 2]).compare(group([2, 1])), 'similar');
    assert.equal(group([1, 2]).compare(group([1, 3])), 'unequal');
    assert.equal(group([1, 2]).compare(group([1, 2, 3])), 'unequal');
    assert.equal(group([]).compare(group([])), 'identical');
  });

  it('refuses ranks that are not its own, and the same rank twice', () => {
    const both = group([4, 5]);
    for (const rank of [2, -1, 0.5, NaN]) assert.throws(() => both.include([rank]), { code: 'badGroup' });
    assert.throws(() => both.exclude([1, 1]), { message: 'exclude: rank 1 is named twice.' });
    assert.throws(() => both.include([7]), {
      message: 'include: 7 is not a rank of the group, which has ranks 0 to 1.',
    });
  });
});
