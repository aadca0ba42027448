import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CallTimes } from './callTimes';

/** Times of calls, by a clock that stands until a test moves it, and how often it was looked at. */
function timed() {
  const clock = { ms: 100, looks: 0 };
  const times = new CallTimes(() => {
    clock.looks += 1;
    return clock.ms;
  });
  return { clock, times };
}

describe('when a call begins and ends', () => {
  it('is told by one look where it is over at once: it began a little before, and after the call before it', () => {
    const { clock, times } = timed();
    const ends: number[] = [];
    for (const ms of [100, 100.0001]) {
      clock.ms = ms;
      times.start();
      ends.push(times.moment());
      assert.ok(times.beginMs < ms && times.beginMs >= ms - 0.001);
      times.stop();
    }
    assert.deepEqual(ends, [100, 100.0001]);
    assert.equal(times.beginMs, 100, 'the second has not begun before the first was over');
    assert.equal(clock.looks, 2);
  });

  it('is told, of a wait, by the looks before it was over', () => {
    const { clock, times } = timed();
    times.start();
    times.wait();
    for (let i = 0; i < 3; i += 1) {
      clock.ms += 1;
      times.tick();
    }
    clock.ms += 1;
    const { looks } = clock;
    assert.equal(times.moment(), 103);
    assert.ok(times.beginMs <= 100 && times.beginMs > 99);
    assert.equal(clock.looks, looks, 'nothing is looked at once it is over');
  });

  it('is looked up where many things happen after one wait', () => {
    const { clock, times } = timed();
    times.start();
    times.wait();
    clock.ms += 1;
    assert.deepEqual([times.moment(), times.moment(), times.moment()], [100, 100, 101]);
  });

  it('is looked up at both ends where something takes long', () => {
    const { clock, times } = timed();
    times.start();
    times.pause();
    clock.ms += 5;
    times.wait();
    clock.ms += 5;
    assert.equal(times.moment(), 110);
    assert.ok(times.beginMs <= 100 && times.beginMs > 99);
  });

  it('is not told by a look of the call before, or of none', () => {
    const { clock, times } = timed();
    times.start();
    times.wait();
    times.stop();
    clock.ms += 5;
    assert.equal(times.moment(), 105);
    times.start();
    clock.ms += 5;
    times.begin();
    assert.ok(times.beginMs > 109 && times.beginMs <= 110);
    assert.equal(times.moment(), 110);
  });
});
