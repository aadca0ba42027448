import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { MessageFault } from '../../protocol/faults';
import { type Edge, edgeOf } from './edge';
import { Lane } from './lane';

const edge = (...faults: MessageFault[]): Edge => {
  const found = edgeOf(faults, 0, 1);
  assert.ok(found);
  return found;
};
const fates = (seed: number, of: Edge, count: number, isDatagram = false) => {
  const lane = new Lane(seed, 0, 1);
  return Array.from({ length: count }, () => lane.fate(of, 100, isDatagram, 0));
};

describe('the way to another node under faults', () => {
  it('an edge has the faults that name it; the latest of a kind counts', () => {
    const faults: MessageFault[] = [
      { fault: 'delay', ms: 5, jitter: 1 },
      { fault: 'loss', from: 0, to: [1, 2], rate: 0.5, raw: true },
      { fault: 'delay', from: [0], ms: 9 },
      { fault: 'cut', sides: [[2], 0], oneWay: true },
    ];
    const seen = (from: number, to: number) => {
      const { delayMs, jitterMs, loss, raw, cut } = edgeOf(faults, from, to) as Edge;
      return [delayMs, jitterMs, loss, raw, cut];
    };
    assert.deepEqual(seen(0, 1), [9, 0, 0.5, true, false]);
    assert.deepEqual(seen(1, 0), [5, 1, 0, false, false]);
    assert.deepEqual(seen(2, 0), [5, 1, 0, false, true]);
    assert.deepEqual(seen(0, 2), [9, 0, 0.5, true, false], 'the cut is one way');
    assert.equal(edgeOf([{ fault: 'cut', sides: [0, 1] }], 0, 2), undefined);
  });

  it('over TCP nothing is lost or doubled; what is lost is late by 200 ms, 600 ms, 1400 ms, …', () => {
    const of = edge({ fault: 'loss', rate: 0.4 }, { fault: 'duplicate', rate: 0.3 });
    const all = fates(1, of, 5000);
    assert.ok(all.every(({ length }) => length === 1));
    const late = (ms: number) => all.filter(([delay]) => delay === ms).length / all.length;
    for (const [ms, share] of [
      [0, 0.6],
      [200, 0.4 * 0.6],
      [600, 0.4 ** 2 * 0.6],
    ] as const)
      assert.ok(Math.abs(late(ms) - share) < 0.03, `${late(ms)} of the messages are late by ${ms} ms`);
  });

  it('a datagram is lost, doubled and delayed as often as was asked for', () => {
    const of = edge(
      { fault: 'loss', rate: 0.2, raw: true },
      { fault: 'duplicate', rate: 0.1 },
      { fault: 'reorder', rate: 0.3, ms: 7 },
    );
    const all = fates(3, of, 5000, true);
    const share = (which: (fate: number[]) => boolean) => all.filter(which).length / all.length;
    assert.ok(Math.abs(share(({ length }) => length === 0) - 0.2) < 0.03);
    assert.ok(Math.abs(share(({ length }) => length === 2) - 0.8 * 0.1) < 0.02);
    assert.ok(Math.abs(share(([delay]) => delay === 7) - 0.8 * 0.3) < 0.03);
  });

  it('on a raw edge what is no datagram gets through all the same', () => {
    const all = fates(4, edge({ fault: 'loss', rate: 0.9, raw: true }), 500);
    assert.ok(all.every(({ length }) => length === 1));
    const cut = fates(4, edge({ fault: 'cut', sides: [0, 1], raw: true }), 10, true);
    assert.ok(cut.every(({ length }) => length === 0));
  });

  it('bandwidth lets messages pass one after the other', () => {
    const lane = new Lane(1, 0, 1);
    const of = edge({ fault: 'bandwidth', mbit: 8 }); // 1000 bytes a millisecond
    assert.deepEqual(lane.fate(of, 5000, false, 100), [5]);
    assert.deepEqual(lane.fate(of, 1000, false, 101), [5], 'behind the first');
    assert.deepEqual(lane.fate(of, 1000, false, 200), [1], 'when the way is free again');
  });

  it('the fate of the n-th message depends on seed, edge and n alone', () => {
    const of = edge({ fault: 'loss', rate: 0.5, raw: true }, { fault: 'delay', ms: 10, jitter: 10 });
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 50 }), (seed, other, n) => {
        assert.deepEqual(fates(seed, of, n, true), fates(seed, of, n, true));
        // What happened to the messages before under other faults changes nothing.
        const lane = new Lane(seed, 0, 1);
        for (let i = 0; i < n; i += 1) lane.fate(edge({ fault: 'delay', ms: 1 }), 9, i % 2 === 0, 0);
        assert.deepEqual(lane.fate(of, 100, true, 0), fates(seed, of, n + 1, true)[n]);
        assert.ok(seed === other || fates(seed, of, 40, true) !== fates(other, of, 40, true));
      }),
    );
  });
});
