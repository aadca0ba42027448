import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StandingClock } from './clock';
import { FakeClock } from './testing/fakeClock';

function standing(): {
  below: FakeClock;
  clock: StandingClock;
  fired: string[];
  set(name: string, ms: number): () => void;
} {
  const below = new FakeClock();
  const clock = new StandingClock(below);
  const fired: string[] = [];
  const set = (name: string, ms: number) => {
    const timer = clock.after(ms, () => fired.push(name));
    return () => timer.dispose();
  };
  return { below, clock, fired, set };
}

test('a clock that goes calls back in time', () => {
  const { below, fired, set } = standing();
  set('b', 200);
  set('a', 100);
  below.advance(99);
  assert.deepEqual(fired, []);
  below.advance(1);
  assert.deepEqual(fired, ['a']);
  below.advance(100);
  assert.deepEqual(fired, ['a', 'b']);
});

test('while it stands, nothing comes due and its time does not move', () => {
  const { below, clock, fired, set } = standing();
  set('a', 100);
  below.advance(60);
  const at = clock.nowMs();
  clock.stop();
  below.advance(10_000);
  assert.equal(clock.nowMs(), at);
  assert.equal(clock.stands, true);
  assert.deepEqual(fired, []);
});

test('the time that was left is kept, over several stands', () => {
  const { below, clock, fired, set } = standing();
  const start = clock.nowMs();
  set('a', 100);
  for (let i = 0; i < 3; i += 1) {
    below.advance(30);
    clock.stop();
    below.advance(5000);
    clock.resume();
  }
  assert.equal(clock.nowMs() - start, 90);
  below.advance(9);
  assert.deepEqual(fired, []);
  below.advance(1);
  assert.deepEqual(fired, ['a']);
});

test('what is set while it stands counts from the moment it goes on', () => {
  const { below, clock, fired, set } = standing();
  clock.stop();
  set('a', 50);
  below.advance(1000);
  clock.resume();
  below.advance(49);
  assert.deepEqual(fired, []);
  below.advance(1);
  assert.deepEqual(fired, ['a']);
});

test('a disposed callback never comes, and leaves no timer', () => {
  const { below, clock, fired, set } = standing();
  const beforeStand = set('a', 50);
  clock.stop();
  const inStand = set('b', 50);
  beforeStand();
  clock.resume();
  inStand();
  inStand();
  below.advance(1000);
  assert.deepEqual(fired, []);
  assert.equal(below.timers, 0);
});

test('stopping and resuming twice is as once', () => {
  const { below, clock } = standing();
  const start = clock.nowMs();
  clock.resume();
  clock.stop();
  below.advance(10);
  clock.stop();
  below.advance(10);
  clock.resume();
  clock.resume();
  below.advance(5);
  assert.equal(clock.nowMs() - start, 5);
});
