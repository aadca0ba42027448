import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationStore } from './operationStore';
import { message, operationsEvent } from './testing/operationsEvent';

const at = { file: '/p.ts', line: 3, column: 1 };

/** Node 0 sends to node 1, which receives it. */
function twoNodes(): OperationStore {
  const [send, receive] = message(5, [0, 100], [1, 103]);
  const store = new OperationStore(2);
  store.add(operationsEvent(1, [receive]));
  store.add(
    operationsEvent(0, [
      { ...send, at },
      { name: 'barrier', beginMs: 104, endMs: 110 },
    ]),
  );
  return store;
}

describe('operation store', () => {
  it('keeps operations by place, with times from the first that came', () => {
    const store = twoNodes();
    assert.equal(store.length, 3);
    assert.deepEqual([store.firstMs, store.lastMs], [-2, 8]);
    const send = store.operation(1);
    assert.deepEqual([send?.name, send?.at, send?.beginMs, store.rank.at(1)], ['send', at, -2, 0]);
    assert.equal(store.operation(3), undefined);
    assert.deepEqual(
      [0, 1, 2].map((place) => store.category(place)),
      ['receive', 'send', 'collective'],
    );
  });

  it('takes in what nodes do that have joined later', () => {
    const store = twoNodes();
    const late = operationsEvent(3, [{ name: 'barrier', beginMs: 120, endMs: 121 }]);
    store.add(late);
    assert.equal(store.length, 3, 'not yet known');
    store.grow(4);
    store.add(late);
    assert.deepEqual([store.length, store.callAt(3, Infinity), store.rank.at(3)], [4, 3, 3]);
  });

  it('joins a send and its receive, in whatever order they come', () => {
    const store = twoNodes();
    assert.deepEqual([store.arrowFrom.at(0), store.arrowTo.at(0), store.arrowTo.length], [1, 0, 1]);
    assert.deepEqual([store.otherEnd(1), store.otherEnd(0), store.otherEnd(2)], [0, 1, undefined]);
  });

  it('finds the call that has begun at a time', () => {
    const store = twoNodes();
    assert.equal(store.callAt(0, -3), undefined);
    assert.equal(store.callAt(0, -2), 1);
    assert.equal(store.callAt(0, 1.5), 1);
    assert.equal(store.callAt(0, 50), 2);
  });

  it('takes words that come later, and takes no rank that the job does not have', () => {
    const store = new OperationStore(1);
    const event = operationsEvent(0, [{ name: 'send', beginMs: 0, endMs: 1 }]);
    store.add({ ...event, batch: { ...event.batch, words: undefined } });
    assert.equal(store.operation(0)?.name, '…');
    store.add({ ...event, batch: { ...event.batch, records: '' } });
    assert.equal(store.operation(0)?.name, 'send');
    store.add({ ...event, rank: 7 });
    assert.equal(store.length, 1);
  });

  it('drops the oldest quarter when there are too many, and counts what it dropped', () => {
    const store = new OperationStore(1, 8);
    for (let i = 0; i < 9; i += 1) {
      store.add(
        operationsEvent(0, [{ name: 'send', role: 'send', messageId: i, beginMs: i, endMs: i + 0.5 }], 1),
      );
    }
    assert.equal(store.length, 6);
    assert.equal(store.leftOut, 9 + 3);
    assert.deepEqual(
      [...store.operations(0)].map(({ messageId }) => messageId),
      [3, 4, 5, 6, 7, 8],
    );
    assert.equal(store.calls[0]?.length, 6);
    assert.deepEqual([store.firstMs, store.zeroMs], [3, 0]);
  });
});
