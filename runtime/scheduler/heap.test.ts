import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Heap } from './heap';

test('what comes out is in order, whatever goes in and when', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { nil: undefined })), (steps) => {
      const heap = new Heap<number>((a, b) => a < b);
      const oracle: number[] = [];
      for (const step of steps) {
        if (step === undefined) assert.equal(heap.pop(), oracle.shift());
        else {
          heap.push(step);
          oracle.push(step);
          oracle.sort((a, b) => a - b);
        }
        assert.equal(heap.peek(), oracle[0]);
        assert.equal(heap.size, oracle.length);
      }
    }),
  );
});
