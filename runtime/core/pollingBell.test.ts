import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Bell } from './bell';
import { PollingBell } from './pollingBell';

/** A bell that notes how long it is slept on, and rings in the sleep of this number. */
function recorded(ringsAt = Infinity) {
  const pieces: number[] = [];
  const bell: Bell = {
    arm: () => (pieces.length >= ringsAt ? 1 : 0),
    disarm: () => undefined,
    ring: () => undefined,
    rung: () => Promise.resolve(),
    sleep: (_, limitMs) => pieces.push(limitMs) < ringsAt,
  };
  return { bell, pieces };
}

describe('a bell that looks between its sleeps', () => {
  it('sleeps no longer than asked for, in pieces that grow to 1 ms', () => {
    const { bell, pieces } = recorded();
    assert.equal(new PollingBell(bell, () => undefined).sleep(0, 10), true);
    const sum = pieces.reduce((a, b) => a + b, 0);
    assert.ok(sum > 9 && sum <= 10 + 1e-9, `${sum} ms`);
    assert.equal(pieces[0], 0.05);
    assert.equal(Math.max(...pieces), 1);
  });

  it('ends at a ring, and at something that did not ring', () => {
    const rung = recorded(3);
    assert.equal(new PollingBell(rung.bell, () => undefined).sleep(0, 1000), false);
    assert.equal(rung.pieces.length, 3);

    const silent = recorded();
    const polling = new PollingBell(silent.bell, () => undefined);
    assert.equal(
      polling.sleep(0, 1000, () => silent.pieces.length === 5),
      false,
    );
    assert.equal(silent.pieces.length, 5);
  });

  it('gives way before it sleeps, and ends without a sleep if there is something by then', () => {
    const { bell, pieces } = recorded();
    let given = 0;
    const polling = new PollingBell(bell, () => (given += 1));
    assert.equal(
      polling.sleep(0, 1000, () => given === 7),
      false,
    );
    assert.deepEqual([given, pieces.length], [7, 0]);
  });

  it('answers who awaits it as soon as there is something', async () => {
    let looks = 0;
    await new PollingBell(recorded().bell, () => undefined).rung(() => (looks += 1) === 1200);
    assert.equal(looks, 1200);
  });
});
