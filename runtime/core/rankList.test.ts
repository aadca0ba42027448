import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatRanks } from '../protocol/rankList';

test('runs of three and more are joined', () => {
  assert.equal(formatRanks([7, 0, 1, 2, 3]), '0-3, 7');
  assert.equal(formatRanks([4, 5]), '4, 5');
  assert.equal(formatRanks([]), '');
});

test('a list of ranks can be read back', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300)), (ranks) => {
      const read = formatRanks(ranks)
        .split(', ')
        .filter(Boolean)
        .flatMap((part) => {
          const [first = 0, last = first] = part.split('-').map(Number);
          return Array.from({ length: last - first + 1 }, (_, index) => first + index);
        });
      assert.deepEqual(
        read,
        [...new Set(ranks)].sort((a, b) => a - b),
      );
    }),
  );
});
