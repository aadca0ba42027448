import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LeftOut } from './leftOut';
import { Unread } from './unread';

test('what is large passes where nothing waits, and nothing more until it was taken', () => {
  const unread = new Unread(100);
  assert.equal(unread.admit(1000, 0.5), true);
  assert.equal(unread.admit(1, 1), false);
  assert.equal(unread.flows, false);
  unread.taken(1000);
  assert.equal(unread.flows, true);
  assert.equal(unread.admit(1, 1), true);
});

test('a share of the room stays free for what may not be left out', () => {
  const unread = new Unread(100);
  assert.equal(unread.admit(50, 0.5), true);
  assert.equal(unread.admit(1, 0.5), false);
  assert.equal(unread.admit(50, 1), true);
  assert.equal(unread.admit(1, 1), false);
});

test('in any order of writing and taking, what waits stays within the room', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.boolean(), fc.boolean()));
  fc.assert(
    fc.property(steps, (all) => {
      const unread = new Unread(100);
      const waiting: number[] = [];
      for (const [bytes, half, takes] of all) {
        const share = half ? 0.5 : 1;
        const before = waiting.reduce((sum, each) => sum + each, 0);
        const admitted = unread.admit(bytes, share);
        assert.equal(admitted, before === 0 || before + bytes <= 100 * share);
        if (admitted) waiting.push(bytes);
        const first = takes ? waiting.shift() : undefined;
        if (first !== undefined) unread.taken(first);
      }
    }),
  );
});

test('what was left out is counted, and said once', () => {
  const left = new LeftOut();
  assert.equal(left.notice('it did not fit'), undefined);
  left.add('one\ntwo');
  left.add('€');
  assert.equal(left.notice('it did not fit'), '3 lines (12 bytes) left out: it did not fit');
  assert.equal(left.notice('it did not fit'), undefined);
});
