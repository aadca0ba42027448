import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Endpoint } from '../transport/endpoint';
import { createWorld } from './communicator';
import { endMessages } from './openMessages';
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
