import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationStore } from './operationStore';
import { parseRanks } from './ranks';
import { nextSelection, zoomCentre } from './selection';
import { message, operationsEvent } from './testing/operationsEvent';

/** Places: node 0 has 0, 1, 2 (a send at 0), node 2 has 3 (its receive) and 4, node 1 has none. */
function store(): OperationStore {
  const [send, receive] = message(1, [0, 0], [2, 12]);
  const made = new OperationStore(3);
  made.add(
    operationsEvent(0, [
      send,
      { name: 'wait', beginMs: 5, endMs: 6 },
      { name: 'barrier', beginMs: 8, endMs: 20 },
    ]),
  );
  made.add(operationsEvent(2, [receive, { name: 'barrier', beginMs: 14, endMs: 20 }]));
  return made;
}

describe('selection by keys', () => {
  const all = [0, 1, 2];
  const next = (key: string, selected?: number, ranks = all) =>
    nextSelection(key, store(), ranks, selected, 9);

  it('begins in the middle of what is shown', () => {
    assert.equal(next('ArrowRight'), 2);
    assert.equal(next('ArrowRight', undefined, [2]), 3);
    assert.equal(next('x'), undefined);
  });

  it('goes along a lane, and stops at its ends', () => {
    assert.deepEqual(
      [next('ArrowRight', 0), next('ArrowRight', 1), next('ArrowRight', 2)],
      [1, 2, undefined],
    );
    assert.deepEqual([next('ArrowLeft', 2), next('ArrowLeft', 0)], [1, undefined]);
  });

  it('goes to the next lane that has calls, at the same time', () => {
    assert.deepEqual([next('ArrowDown', 2), next('ArrowUp', 4), next('ArrowUp', 0)], [4, 2, undefined]);
  });

  it('goes along a message', () => {
    assert.deepEqual([next('m', 0), next('m', 3), next('m', 2)], [3, 0, undefined]);
  });
});

describe('ranks as they are typed', () => {
  it('are numbers and spans, of those that there are', () => {
    assert.deepEqual(parseRanks('', 3), [0, 1, 2]);
    assert.deepEqual(parseRanks(' 0-1, 5 ', 8), [0, 1, 5]);
    assert.deepEqual(parseRanks('6–99999', 8), [6, 7]);
  });

  it('are refused where they say nothing', () => {
    for (const text of ['x', '1-', '9', '-1', '1..3']) assert.equal(parseRanks(text, 8), undefined, text);
  });
});

describe('zoom by keys', () => {
  it('keeps the selected operation where it is, if that is in sight', () => {
    const window = { from: 0, to: 10 };
    assert.equal(zoomCentre(store(), undefined, window), 5);
    assert.equal(zoomCentre(store(), 1, window), 5.5);
    assert.equal(zoomCentre(store(), 2, window), 5);
  });
});
