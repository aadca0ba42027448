import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutputStore } from './outputStore';

const line = (rank: number, text: string) => ({ rank, stream: 'stdout', text }) as const;

test('keeps the output in order, of all nodes or of one', () => {
  const store = new OutputStore();
  const all = [line(0, 'a'), line(1, 'b'), line(0, 'c')];
  for (const each of all) store.add(each);
  assert.deepEqual(store.list(), all);
  assert.deepEqual(store.list(0), [line(0, 'a'), line(0, 'c')]);
  assert.deepEqual(store.list(7), []);
});

test('lets the oldest of a node go when there is too much of it, and no other node’s', () => {
  const store = new OutputStore();
  store.add(line(1, 'quiet'));
  const chunk = 'x'.repeat(10_000);
  for (let i = 0; i < 100; i += 1) store.add(line(0, `${i}${chunk}`));
  const loud = store.list(0);
  assert.ok(loud.length < 30 && loud.length > 10, `${loud.length} chunks`);
  assert.ok(loud.at(-1)?.text.startsWith('99'));
  assert.deepEqual(store.list(1), [line(1, 'quiet')]);
});

test('a million empty lines are bounded too', () => {
  const store = new OutputStore();
  for (let i = 0; i < 1_000_000; i += 1) store.add(line(0, ''));
  assert.ok(store.list().length < 10_000, `${store.list().length} entries`);
});

test('one chunk beyond the bound leaves nothing older', () => {
  const store = new OutputStore();
  store.add(line(0, 'old'));
  store.add(line(0, 'y'.repeat(1 << 20)));
  store.add(line(0, 'new'));
  assert.deepEqual(
    store.list().map(({ text }) => text),
    ['new'],
  );
});
