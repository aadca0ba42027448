import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatSpan, formatTick, pan, pieceShown, reveal, ticks, windowOf, zoom } from './timeWindow';

describe('time window', () => {
  it('shows everything with a margin, the newest part, or a piece', () => {
    assert.deepEqual(windowOf({ type: 'all' }, 0, 100), { from: -2, to: 102 });
    assert.deepEqual(windowOf({ type: 'newest', spanMs: 10 }, 0, 100), { from: 90, to: 100.2 });
    assert.deepEqual(windowOf({ type: 'piece', from: 3, to: 4 }, 0, 100), { from: 3, to: 4 });
  });

  it('is never empty, also around a single moment', () => {
    const { from, to } = windowOf({ type: 'all' }, 5, 5);
    assert.ok(to > from);
  });

  it('zooms around a time, which stays where it is, and no further than can be seen', () => {
    assert.deepEqual(zoom({ from: 0, to: 100 }, 0.5, 20), { from: 10, to: 60 });
    let window = { from: 0, to: 1 };
    for (let i = 0; i < 100; i += 1) window = zoom(window, 0.5, 0.25);
    assert.ok(window.to > window.from);
  });

  it('zoomed out past everything shows everything, as it grows', () => {
    assert.deepEqual(pieceShown({ from: -5, to: 105 }, 0, 100), { type: 'all' });
    assert.deepEqual(pieceShown({ from: 5, to: 105 }, 0, 100), { type: 'piece', from: 5, to: 105 });
  });

  it('never shows nothing: a tenth of the window stays', () => {
    const near = (from: number, to: number) => pieceShown({ from, to }, 0, 100);
    assert.deepEqual(near(500, 600), { type: 'piece', from: 90, to: 190 });
    assert.deepEqual(near(-300, -200), { type: 'piece', from: -90, to: 10 });
  });

  it('moves by a share of its span', () => {
    assert.deepEqual(pan({ from: 10, to: 20 }, 0.5), { from: 15, to: 25 });
  });

  it('reveals a piece of time with as little change as it takes', () => {
    const window = { from: 0, to: 10 };
    assert.equal(reveal(window, 2, 3), window);
    assert.deepEqual(reveal(window, 20, 22), { from: 16, to: 26 });
    assert.deepEqual(reveal(window, 100, 200), { from: 90, to: 210 });
  });

  it('has round ticks as far apart as there is room for', () => {
    const { atMs, stepMs } = ticks({ from: 0.3, to: 10.3 }, 500, 90, 0);
    assert.equal(stepMs, 2);
    assert.deepEqual(atMs, [2, 4, 6, 8, 10]);
    assert.deepEqual(ticks({ from: 0.3, to: 10.3 }, 500, 90, 1).atMs, [1, 3, 5, 7, 9]);
  });

  it('writes times in the unit that fits', () => {
    const written = [
      formatTick(1500, 500),
      formatTick(12, 2),
      formatTick(-1e-17, 2),
      formatTick(0.25, 0.05),
      formatTick(-0.002, 0.001),
      formatTick(0.00002, 0.00001),
      formatSpan(1250),
      formatSpan(3.14159),
      formatSpan(0.0045),
      formatSpan(0.00008),
      formatSpan(0),
    ];
    assert.deepEqual(written, [
      '1.5 s',
      '12 ms',
      '0 ms',
      '250 µs',
      '−2 µs',
      '20 ns',
      '1.25 s',
      '3.14 ms',
      '4.5 µs',
      '80 ns',
      '0 ns',
    ]);
  });
});
