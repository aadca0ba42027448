import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DisposableStore } from './disposable';

test('what was collected is disposed once, last in first out; what comes later at once', () => {
  const store = new DisposableStore();
  const order: string[] = [];
  const item = (name: string) => ({ dispose: () => void order.push(name) });
  store.add(item('first'));
  store.add(item('second'));
  store.dispose();
  store.dispose();
  store.add(item('late'));
  assert.deepEqual(order, ['second', 'first', 'late']);
});
