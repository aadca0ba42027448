import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Emitter } from './emitter';

test('calls listeners in order of subscription until they are disposed', () => {
  const emitter = new Emitter<number>();
  const seen: string[] = [];
  const first = emitter.event((value) => seen.push(`first ${value}`));
  emitter.event((value) => seen.push(`second ${value}`));
  emitter.fire(1);
  first.dispose();
  first.dispose();
  emitter.fire(2);
  assert.deepEqual(seen, ['first 1', 'second 1', 'second 2']);
});

test('the same function subscribed twice is called twice, and each subscription ends by itself', () => {
  const emitter = new Emitter<void>();
  let calls = 0;
  const listener = (): void => void (calls += 1);
  const first = emitter.event(listener);
  emitter.event(listener);
  emitter.fire();
  assert.equal(calls, 2);
  first.dispose();
  emitter.fire();
  assert.equal(calls, 3);
});

test('a listener that unsubscribes another while it is called does not disturb the round', () => {
  const emitter = new Emitter<void>();
  let calls = 0;
  const others: { dispose(): void }[] = [];
  emitter.event(() => others[0]?.dispose());
  others.push(emitter.event(() => void (calls += 1)));
  emitter.fire();
  emitter.fire();
  assert.equal(calls, 1);
});
