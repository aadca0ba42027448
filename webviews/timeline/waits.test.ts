import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { OperationStore } from './operationStore';
import { message, operationsEvent, type Told } from './testing/operationsEvent';
import { pairWaits } from './waits';

/** A store with these operations of nodes 0, 1, …; the first of node 0 begins at 0. */
function storeOf(...nodes: Told[][]): OperationStore {
  const store = new OperationStore(nodes.length);
  for (const [rank, operations] of nodes.entries()) store.add(operationsEvent(rank, operations));
  return store;
}

/** The wait of the first call of a rank with this name, in the terms of the test. */
function waitOf(store: OperationStore, rank: number, name: string) {
  for (let place = 0; place < store.length; place += 1) {
    const operation = store.operation(place);
    if (store.rank.at(place) !== rank || operation?.name !== name || operation.kind !== 'call') continue;
    const wait = store.waitOf(place);
    return wait && { ms: wait.untilMs - operation.beginMs, cause: store.rank.at(wait.cause) };
  }
  assert.fail(`node ${rank} has no ${name}`);
}

const start: Told = { name: 'wtime', beginMs: 0, endMs: 0 };
const collective = (beginMs: number, endMs: number): Told => ({ name: 'allreduce', beginMs, endMs });
/** A message within a collective: what its sender records, and what its receiver does. */
function inner(id: number, sentMs: number, receivedMs: number): [Told, Told] {
  const shared = { kind: 'message', name: 'allreduce', messageId: id } as const;
  return [
    { ...shared, role: 'send', beginMs: sentMs, endMs: sentMs },
    { ...shared, role: 'receive', beginMs: receivedMs, endMs: receivedMs },
  ];
}

/** A call that met others in shared memory. */
const meeting = (communicator: number, number: number, beginMs: number, endMs: number, others = 1): Told => {
  const meets = { messageId: communicator, tag: number, peer: others };
  return { name: 'barrier', algorithm: 'sharedMemory', beginMs, endMs, ...meets };
};

describe('waits', () => {
  it('a receive waits for a send that begins later, and not for the message on its way', () => {
    const [send, receive] = message(1, [0, 30], [1, 40]);
    const store = storeOf([start, send], [{ ...receive, beginMs: 10 }]);
    assert.deepEqual(waitOf(store, 1, 'recv'), { ms: 20, cause: 0 });
    const early = storeOf([start, { ...send, beginMs: 5 }], [{ ...receive, beginMs: 10 }]);
    assert.equal(waitOf(early, 1, 'recv'), undefined);
  });

  it('a send waits for a receive that begins before it ends; one that has left at once does not', () => {
    const [send, receive] = message(1, [0, 10], [1, 50]);
    const late = { ...receive, beginMs: 40 };
    assert.deepEqual(waitOf(storeOf([start, { ...send, endMs: 50 }], [late]), 0, 'send'), {
      ms: 30,
      cause: 1,
    });
    assert.equal(waitOf(storeOf([start, send], [late]), 0, 'send'), undefined);
  });

  it('who waits for requests waits for the one that was sent last', () => {
    const [first, arrived] = message(1, [1, 20], [0, 22]);
    const [second, late] = message(2, [2, 70], [0, 75]);
    const store = storeOf(
      [
        start,
        { ...arrived, kind: 'request', beginMs: 1 },
        { ...late, kind: 'request', beginMs: 1 },
        { name: 'waitAll', beginMs: 10, endMs: 76 },
      ],
      [first],
      [second],
    );
    assert.deepEqual(waitOf(store, 0, 'waitAll'), { ms: 60, cause: 2 });
  });

  it('a collective waits for the node that came last, over others that waited too', () => {
    // Node 2 comes last; node 1 has its message, and node 0 only that of node 1.
    const [sent2, got1] = inner(1, 51, 52);
    const [sent1, got0] = inner(2, 53, 54);
    const store = storeOf(
      [start, got0, collective(10, 55)],
      [got1, sent1, collective(30, 55)],
      [sent2, collective(50, 52)],
    );
    assert.deepEqual(waitOf(store, 0, 'allreduce'), { ms: 40, cause: 2 });
    assert.deepEqual(waitOf(store, 1, 'allreduce'), { ms: 20, cause: 2 });
    assert.equal(waitOf(store, 2, 'allreduce'), undefined);
  });

  it('a collective in shared memory waits for the node that came last of its communicator', () => {
    const [half, other] = [7 * 65_536, 7 * 65_536 + 2];
    const store = storeOf(
      // Recording began one call later on node 0.
      [start, meeting(half, 41, 30, 71)],
      [meeting(half, 40, 5, 20), meeting(half, 41, 70, 71)],
      // Nodes 2 and 3 have a communicator of their own, of the same name.
      [meeting(other, 40, 10, 91), meeting(other, 41, 92, 96)],
      [meeting(other, 40, 90, 91), meeting(other, 41, 95, 96)],
    );
    const waits = pairWaits(store, [0, 1, 2, 3], { from: 0, to: 100 });
    assert.deepEqual(
      waits.map(({ rank, causeRank, totalMs }) => [rank, causeRank, totalMs]),
      [
        [2, 3, 83],
        [0, 1, 40],
      ],
    );
    assert.deepEqual(waitOf(store, 0, 'barrier'), { ms: 40, cause: 1 });
  });

  it('nobody is named before all that met are known, nor who sent something meanwhile', () => {
    const store = new OperationStore(3);
    const [, received] = inner(1, 25, 26);
    const [sent] = inner(1, 25, 26);
    store.add(operationsEvent(0, [start, received, meeting(0, 40, 10, 61, 2)]));
    store.add(operationsEvent(1, [sent, meeting(0, 40, 30, 61, 2)]));
    assert.equal(waitOf(store, 0, 'barrier'), undefined);
    store.add(operationsEvent(2, [meeting(0, 40, 60, 61, 2)]));
    assert.deepEqual(waitOf(store, 0, 'barrier'), { ms: 50, cause: 2 });
    assert.deepEqual(waitOf(store, 1, 'barrier'), { ms: 30, cause: 2 });
    assert.equal(waitOf(store, 2, 'barrier'), undefined);
  });

  it('what is not recorded yet is found once it has come', () => {
    const [send, receive] = message(1, [0, 30], [1, 40]);
    const store = new OperationStore(2);
    store.add(operationsEvent(1, [{ ...receive, beginMs: 10 }]));
    assert.equal(waitOf(store, 1, 'recv'), undefined);
    store.add(operationsEvent(0, [send]));
    assert.deepEqual(waitOf(store, 1, 'recv'), { ms: 20, cause: 0 });
  });

  it('waits are added up for each two nodes, as far as they are in sight', () => {
    const told = [10, 20, 30].map((ms, id) => message(id, [0, ms], [1, ms + 1]));
    const store = storeOf(
      [start, ...told.map(([send]) => send)],
      told.map(([, receive], i) => ({ ...receive, beginMs: receive.endMs - 2 - i })),
    );
    const sums = (ranks: number[], from: number, to: number) =>
      pairWaits(store, ranks, { from, to }).map(({ rank, causeRank, totalMs, longest }) => {
        const { beginMs = NaN } = store.operation(longest) ?? {};
        return [rank, causeRank, totalMs, beginMs];
      });
    assert.deepEqual(sums([0, 1], 0, 100), [[1, 0, 6, 27]]);
    assert.deepEqual(sums([0, 1], 0, 19), [[1, 0, 2, 9]]);
    assert.deepEqual(sums([1], 0, 100), []);
  });

  it('no wait is longer than its call, whatever was recorded', () => {
    const ms = fc.integer({ min: 0, max: 50 });
    const told = fc.record({
      rank: fc.nat(2),
      kind: fc.constantFrom('call', 'request', 'message' as const),
      role: fc.constantFrom('none', 'send', 'receive' as const),
      messageId: fc.nat(5),
      peer: fc.integer({ min: -1, max: 2 }),
      beginMs: ms,
      tookMs: ms,
    });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 30 }), (all) => {
        const store = new OperationStore(3);
        for (const { rank, tookMs, ...rest } of all) {
          store.add(operationsEvent(rank, [{ ...rest, name: 'x', endMs: rest.beginMs + tookMs }]));
        }
        for (let place = 0; place < store.length; place += 1) {
          const wait = store.waitOf(place);
          if (!wait) continue;
          assert.ok(wait.untilMs > store.begin.at(place) && wait.untilMs <= store.end.at(place));
        }
      }),
    );
  });
});
