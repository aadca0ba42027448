import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Column } from './columns';
import { laneBars, visibleArrows } from './diagram';
import { OperationStore } from './operationStore';
import { message, operationsEvent, type Told } from './testing/operationsEvent';

const call = (beginMs: number, endMs: number): Told => ({ name: 'send', beginMs, endMs });

function lane(operations: Told[]): [OperationStore, Column] {
  const store = new OperationStore(1);
  store.add(operationsEvent(0, operations));
  return [store, store.calls[0] as Column];
}

describe('diagram', () => {
  it('has a bar for each call in sight, cut at the edges', () => {
    const [store, column] = lane([call(0, 5), call(10, 20), call(30, 90), call(95, 96)]);
    const bars = laneBars(store, column, { from: 12, to: 50 }, 380);
    assert.deepEqual(
      bars.map(({ x, width, place }) => [Math.round(x), Math.round(width), place]),
      [
        [-4, 84, 1],
        [180, 204, 2],
      ],
    );
  });

  it('has no more bars than pixels, however many calls there are', () => {
    const names = ['send', 'recv', 'barrier'];
    const many = Array.from({ length: 100_000 }, (_, i) => ({
      ...call(i, i + (i % 7) / 7),
      name: names[Math.floor(i / 300) % 3] as string,
    }));
    const [store, column] = lane(many);
    const bars = laneBars(store, column, { from: 0, to: 100_000 }, 800);
    assert.ok(bars.length <= 801, `${bars.length} bars`);
    assert.ok(bars.length >= 300, `${bars.length} bars`);
    assert.ok(bars.every(({ place }) => place === undefined));
  });

  it('shows of calls that share a pixel the kind that takes most of it, and how much they take', () => {
    const calls = [0, 1, 2, 3].map((pixel) => [
      { ...call(10 * pixel, 10 * pixel + 1), name: 'send' },
      { ...call(10 * pixel + 2, 10 * pixel + 6), name: pixel < 2 ? 'recv' : 'barrier' },
    ]);
    const [store, column] = lane(calls.flat());
    assert.deepEqual(laneBars(store, column, { from: 0, to: 40 }, 4), [
      { x: 0, width: 2, category: 'receive', quarters: 2 },
      { x: 2, width: 2, category: 'collective', quarters: 2 },
    ]);
  });

  it('keeps a call that is wide enough to be seen apart from the many beside it', () => {
    const [store, column] = lane([call(0, 0.1), call(0.2, 0.3), call(0.4, 500), call(500.1, 500.2)]);
    const wide = laneBars(store, column, { from: 0, to: 1000 }, 1000).find(({ width }) => width > 100);
    assert.equal(wide?.place, 2);
  });

  it('has the arrows in sight between nodes that are shown, and one for those that look the same', () => {
    const store = new OperationStore(3);
    const pairs = [0, 0.001, 50, 200].map((ms, id) => message(id, [0, ms], [1, ms + 10]));
    const aside = message(9, [1, 20], [2, 30]);
    store.add(
      operationsEvent(
        0,
        pairs.map(([send]) => send),
      ),
    );
    store.add(operationsEvent(1, [...pairs.map(([, receive]) => receive), aside[0]]));
    store.add(operationsEvent(2, [aside[1]]));
    const window = { from: 0, to: 100 };
    const all = visibleArrows(store, window, 500, () => true);
    assert.equal(all.arrows.length, 3);
    const some = visibleArrows(store, window, 500, (rank) => rank < 2);
    assert.equal(some.arrows.length, 2);
    assert.equal(some.more, 0);
  });
});
