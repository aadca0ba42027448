import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatDuration,
  formatMemory,
  formatMessageRate,
  formatShare,
  plural,
} from './numberFormat';

test('counts and bytes have three figures at most and the step that fits', () => {
  assert.deepEqual([0, 7, 99.96, 950, 999.4, 999.6, 1234, 34_000_000].map(formatCount), [
    '0',
    '7',
    '100',
    '950',
    '999',
    '1k',
    '1.23k',
    '34M',
  ]);
  assert.equal(formatBytes(1500), '1.5 kB');
  assert.equal(formatBytes(0), '0 B');
  assert.equal(formatMemory(42 * 2 ** 20), '42 MiB');
  assert.equal(formatMemory(1.5 * 2 ** 30), '1.5 GiB');
});

test('rates name their unit, and next to nothing is nothing', () => {
  assert.equal(formatMessageRate(0.04), '0 msg/s');
  assert.equal(formatMessageRate(120), '120 msg/s');
  assert.equal(formatByteRate(3_400_000), '3.4 MB/s');
  assert.equal(formatShare(0.734), '73 %');
});

test('durations change their unit where a person would', () => {
  assert.deepEqual([3.24, 999.6, 1234, 59_940, 59_960, 245_000, 3_600_000, 7_380_000].map(formatDuration), [
    '3.24 ms',
    '1 s',
    '1.23 s',
    '59.9 s',
    '1 min',
    '4 min 5 s',
    '1 h',
    '2 h 3 min',
  ]);
});

test('one is singular', () => {
  assert.equal(plural(1, 'message'), '1 message');
  assert.equal(plural(0, 'message'), '0 messages');
});

test('no number below a billion takes more than five characters', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 9.9e8, noNaN: true }), (value) => {
      assert.ok(formatCount(value).length <= 5, formatCount(value));
    }),
  );
});
