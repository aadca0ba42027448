import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PROC_NULL } from '../../protocol/envelope';
import { balancedDims, coordinatesOf, gridSize, rankAt, shiftBy } from './grid';

const grids = fc
  .array(fc.record({ dim: fc.integer({ min: 1, max: 5 }), period: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) => ({ dims: all.map(({ dim }) => dim), periods: all.map(({ period }) => period) }));

describe('grid', () => {
  it('gives every rank a place of its own, row by row', () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const places = Array.from({ length: gridSize(grid) }, (_, rank) => coordinatesOf(grid, rank));
        assert.deepEqual(
          places.map((place) => rankAt(grid, place)),
          places.map((_, rank) => rank),
        );
      }),
    );
    assert.deepEqual(coordinatesOf({ dims: [2, 3], periods: [false, false] }, 4), [1, 1]);
  });

  it('shifts: what I send to, receives from me', () => {
    fc.assert(
      fc.property(grids, fc.nat(), fc.nat(), fc.integer({ min: -7, max: 7 }), (grid, r, d, by) => {
        const rank = r % gridSize(grid);
        const dimension = d % grid.dims.length;
        const { source, destination } = shiftBy(grid, rank, dimension, by);
        if (destination !== PROC_NULL) assert.equal(shiftBy(grid, destination, dimension, by).source, rank);
        if (source !== PROC_NULL) assert.equal(shiftBy(grid, source, dimension, by).destination, rank);
        if (grid.periods[dimension]) assert.ok(source !== PROC_NULL && destination !== PROC_NULL);
      }),
    );
    const line = { dims: [4], periods: [false] };
    assert.deepEqual(shiftBy(line, 0, 0, 1), { source: PROC_NULL, destination: 1 });
    assert.deepEqual(shiftBy({ ...line, periods: [true] }, 0, 0, 1), { source: 3, destination: 1 });
  });

  it('balances dimensions as the standard asks', () => {
    const expected: [number, number[], number[] | undefined][] = [
      [6, [0, 0], [3, 2]],
      [7, [0, 0], [7, 1]],
      [6, [0, 3, 0], [2, 3, 1]],
      [7, [0, 3, 0], undefined],
      [16, [0, 0], [4, 4]],
      [12, [0, 0, 0], [3, 2, 2]],
      [24, [0, 0], [6, 4]],
      [64, [0, 0, 0], [4, 4, 4]],
      [36, [0, 0, 0], [4, 3, 3]],
      [1, [0, 0], [1, 1]],
      [8, [2, 2], undefined],
    ];
    for (const [nodes, given, dims] of expected)
      assert.deepEqual(balancedDims(nodes, given), dims, `${nodes}`);
  });
});
