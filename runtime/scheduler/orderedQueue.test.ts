import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OrderedQueue } from './orderedQueue';

test('gives back the least first, whatever comes in which order', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined })), (steps) => {
      const queue = new OrderedQueue<{ key: number; turn: number }>((a, b) =>
        a.key !== b.key ? a.key < b.key : a.turn < b.turn,
      );
      const model: { key: number; turn: number }[] = [];
      for (const [turn, key] of steps.entries()) {
        if (key === undefined) assert.deepEqual(queue.pop(), model.shift());
        else {
          queue.push({ key, turn });
          model.push({ key, turn });
          model.sort((a, b) => a.key - b.key || a.turn - b.turn);
        }
        assert.deepEqual(queue.peek(), model[0]);
        assert.equal([...queue].length, model.length);
      }
    }),
  );
});

test('keeps no more than what is in it, however much has passed through', () => {
  const queue = new OrderedQueue<number>((a, b) => a < b);
  for (let i = 0; i < 10; i += 1) queue.push(i);
  for (let i = 10; i < 10_000; i += 1) {
    queue.push(i);
    assert.equal(queue.pop(), i - 10);
  }
  assert.deepEqual([...queue].length, 10);
});
