import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Column } from './columns';
import { arrowTimes, laneBars, visibleArrows } from './diagram';
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
    assert.deepEqual(laneBars(store, column, { from: 0, to: 40 }, 8), [
      { x: 0, width: 4, category: 'receive', quarters: 2, isWaiting: false },
      { x: 4, width: 4, category: 'collective', quarters: 2, isWaiting: false },
    ]);
  });

  it('marks bars whose calls have mostly waited', () => {
    const told = Array.from({ length: 50 }, (_, i) => message(i, [0, 10 * i + 8], [1, 10 * i + 9]));
    const store = new OperationStore(2);
    store.add(
      operationsEvent(
        0,
        told.map(([send]) => send),
      ),
    );
    store.add(
      operationsEvent(
        1,
        told.map(([, receive], i) => ({ ...receive, beginMs: 10 * i })),
      ),
    );
    const bars = laneBars(store, store.calls[1] as Column, { from: -8, to: 492 }, 50);
    assert.deepEqual(
      bars.map(({ category, isWaiting }) => [category, isWaiting]),
      [['receive', true]],
    );
  });

  it('keeps a call that is wide enough to be seen apart from the many beside it', () => {
    const [store, column] = lane([call(0, 0.1), call(0.2, 0.3), call(0.4, 500), call(500.1, 500.2)]);
    const wide = laneBars(store, column, { from: 0, to: 1000 }, 1000).find(({ width }) => width > 100);
    assert.equal(wide?.place, 2);
  });

  it('has the arrows in sight between nodes that are shown', () => {
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
    const all = visibleArrows(store, window, () => true);
    assert.equal(all.arrows.length, 4);
    const some = visibleArrows(store, window, (rank) => rank < 2);
    assert.equal(some.arrows.length, 3);
    assert.equal(some.more, 0);
  });

  it('has no arrow that goes back in time, whatever the clocks of two nodes say', () => {
    const store = new OperationStore(2);
    const pairs = [message(0, [0, 5], [1, 7]), message(1, [0, 9], [1, 8])];
    for (const rank of [0, 1]) {
      store.add(
        operationsEvent(
          rank,
          pairs.map((pair) => pair[rank] as Told),
        ),
      );
    }
    const times = [0, 1].map((i) => arrowTimes(store, store.arrowFrom.at(i), store.arrowTo.at(i)));
    assert.deepEqual(times, [
      [0, 2],
      [3, 3],
    ]);
  });

  it('has, of too many arrows, some that stay the same wherever the window is', () => {
    const count = 20_000;
    const told = Array.from({ length: count }, (_, i) => message(i, [0, i], [1, i + 1]));
    const store = new OperationStore(2);
    for (const rank of [0, 1]) {
      store.add(
        operationsEvent(
          rank,
          told.map((pair) => pair[rank] as Told),
        ),
      );
    }
    const { arrows, more } = visibleArrows(store, { from: -10, to: count + 10 }, () => true);
    assert.ok(arrows.length > 1000 && arrows.length <= 3000, `${arrows.length} arrows`);
    assert.equal(arrows.length + more, count);
    const later = visibleArrows(store, { from: 100, to: count + 10 }, () => true).arrows;
    const places = new Set(arrows.map(({ from }) => from));
    assert.ok(later.every(({ from }) => places.has(from)));
  });
});
