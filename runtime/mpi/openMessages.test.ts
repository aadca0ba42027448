import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Endpoint } from '../transport/endpoint';
import { createWorld } from './communicator';
import { endMessages, openMessages } from './openMessages';
import { ProgressEngine } from './progressEngine';

/** A node alone: all its messages are to itself. */
const alone: Endpoint = {
  rank: 0,
  size: 1,
  send: () => assert.fail('there is no other node'),
  poll: () => undefined,
  wait: () => assert.fail('it would wait for ever'),
  arrival: () => Promise.reject(new Error('nothing will arrive')),
};

function start() {
  const at = { file: '/home/ada/alone.ts', line: 7, column: 1 };
  const engine = new ProgressEngine(alone, { eagerLimitBytes: 64, capture: () => () => at });
  return { engine, at, world: createWorld(engine) };
}

test('a node lists its receives, messages, sends and requests, each with its line', () => {
  const { engine, at, world } = start();
  const receive = world.irecv(0, 3);
  world.isend(new Uint8Array(100), 0, 4);
  world.send('unexpected', 0, 5);
  const open = openMessages(engine);
  assert.deepEqual(open.posted, [{ communicator: 0, source: 0, tag: 3 }]);
  assert.deepEqual(
    open.unexpected.map(({ tag, bytes }) => [tag, bytes]),
    [
      [4, 100],
      [5, 10],
    ],
  );
  assert.deepEqual(
    open.pendingSends.map(({ tag, messageId }) => [tag, messageId]),
    [[4, 0]],
  );
  const call = { communicator: 'world', peer: 0, at, done: false };
  assert.deepEqual(open.requests, [
    { ...call, operation: 'irecv', tag: 3 },
    { ...call, operation: 'isend', tag: 4 },
  ]);

  world.send('taken', 0, 3);
  assert.deepEqual(
    openMessages(engine).requests.map(({ tag, done }) => [tag, done]),
    [
      [3, true],
      [4, false],
    ],
  );
  receive.wait();
  assert.deepEqual(
    openMessages(engine).requests.map(({ tag }) => tag),
    [4],
  );
});

test('what a program leaves behind is told: requests, messages by source and tag, sends that were not ready', () => {
  const { engine, at, world } = start();
  world.irecv(0, 9);
  world.send(1, 0, 5);
  world.send(2, 0, 5);
  world.rsend(3, 0, 6);
  const left = endMessages(engine, world);
  assert.equal(left.requestCount, 1);
  assert.deepEqual(left.requests, [{ operation: 'irecv', communicator: 'world', peer: 0, tag: 9, at }]);
  assert.deepEqual(left.unreceived, [
    { communicator: 0, source: 0, tag: 5, messages: 2 },
    { communicator: 0, source: 0, tag: 6, messages: 1 },
  ]);
  assert.deepEqual(left.notReady, [{ source: 0, tag: 6 }]);
  assert.deepEqual([left.sent, left.taken], [[3], [3]]);
});

test('a program that completes and receives all leaves nothing behind', () => {
  const { engine, world } = start();
  const request = world.irecv(0, 1);
  world.send('x', 0, 1);
  assert.equal(request.wait(), 'x');
  const left = endMessages(engine, world);
  assert.deepEqual([left.requests, left.requestCount, left.unreceived, left.notReady], [[], 0, [], []]);
});
