import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedRows, type DrawnRow, root } from './changedRows';

/** Rows as `id: look > rows below`. */
function drawn(...rows: string[]): Map<string, DrawnRow> {
  return new Map(
    rows.map((row) => {
      const [, id = '', look = '', below = ''] = /^(\w*): (\w*) > ?(.*)$/.exec(row) ?? [];
      return [id, { look, below }];
    }),
  );
}

const two = [': x > a b', 'a: one >', 'b: two >'];

test('nothing is drawn anew where all is as before', () => {
  assert.deepEqual(changedRows(drawn(...two), drawn(...two)), []);
});

test('a row that looks different is drawn for itself', () => {
  assert.deepEqual(changedRows(drawn(...two), drawn(': x > a b', 'a: one >', 'b: other >')), ['b']);
});

test('where a row has come or gone, the one above is drawn', () => {
  const more = drawn(': x > a b', 'a: one > c', 'b: two >', 'c: new >');
  assert.deepEqual(changedRows(drawn(...two), more), ['a']);
  assert.deepEqual(changedRows(more, drawn(...two)), ['a']);
  assert.deepEqual(changedRows(drawn(...two), drawn(': x > b', 'b: two >')), [root]);
});

test('all is drawn at first', () => {
  assert.deepEqual(changedRows(new Map(), drawn(...two)), [root]);
});
