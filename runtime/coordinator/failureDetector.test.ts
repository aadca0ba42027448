import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultDetector, FailureDetector } from './failureDetector';

function watch(): { detector: FailureDetector; at: (nowMs: number) => string | undefined } {
  const detector = new FailureDetector(defaultDetector);
  detector.heard(0, 0);
  return { detector, at: (nowMs) => detector.look(nowMs).get(0) };
}

test('silence makes a node suspect after 2 s and dead after 5 s', () => {
  const { at } = watch();
  const seen: Record<number, string | undefined> = {};
  for (let nowMs = 0; nowMs <= 5000; nowMs += 500) seen[nowMs] = at(nowMs);
  assert.equal(seen[1500], 'alive');
  assert.equal(seen[2000], 'suspect');
  assert.equal(seen[4500], 'suspect');
  assert.equal(seen[5000], 'dead');
});

test('a sign of life clears the suspicion', () => {
  const { detector, at } = watch();
  for (let nowMs = 0; nowMs <= 3000; nowMs += 500) at(nowMs);
  detector.heard(0, 3100);
  assert.equal(at(3500), 'alive');
});

test('a detector that was held up blames nobody for the time', () => {
  const { at } = watch();
  at(0);
  at(500);
  assert.equal(at(60_500), 'alive');
  assert.equal(at(61_000), 'alive');
});

test('a node that is forgotten gets no verdict', () => {
  const { detector, at } = watch();
  detector.forget(0);
  assert.equal(at(9000), undefined);
});

test('a node that is being started has longer, but not for ever', () => {
  const detector = new FailureDetector(defaultDetector);
  detector.expect(0, 0);
  const at = (nowMs: number) => detector.look(nowMs).get(0);
  for (let nowMs = 0; nowMs <= 16_500; nowMs += 500) assert.equal(at(nowMs), 'alive');
  for (let nowMs = 17_000; nowMs < 20_000; nowMs += 500) assert.equal(at(nowMs), 'suspect');
  assert.equal(at(20_000), 'dead');
});

test('a detector that was held up takes no time from a node that is being started', () => {
  const detector = new FailureDetector(defaultDetector);
  detector.expect(0, 0);
  detector.look(0);
  for (let nowMs = 3000; nowMs <= 16_500; nowMs += 500) {
    assert.equal(detector.look(nowMs).get(0), 'alive', `${nowMs}`);
  }
});

test('after its first sign of life a node is watched like the others', () => {
  const detector = new FailureDetector(defaultDetector);
  detector.expect(0, 0);
  detector.heard(0, 1000);
  for (let nowMs = 1000; nowMs < 6000; nowMs += 500) detector.look(nowMs);
  assert.equal(detector.look(6000).get(0), 'dead');
});

test('a detector that was held up before its first look blames nobody either', () => {
  const detector = new FailureDetector(defaultDetector);
  detector.expect(0, 0);
  detector.heard(0, 300);
  assert.equal(detector.look(6400).get(0), 'alive');
});
