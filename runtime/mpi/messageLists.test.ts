import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Endpoint } from '../transport/endpoint';
import { createWorld } from './communicator';
import { MessageLists } from './messageLists';
import { ProgressEngine } from './progressEngine';
import { createCart } from './topologies/cartesian';
import { createGraph } from './topologies/graph';

/** A node alone: all its messages are to itself. */
const alone: Endpoint = {
  rank: 0,
  size: 1,
  send: () => assert.fail('there is no other node'),
  poll: () => undefined,
  wait: () => assert.fail('it would wait for ever'),
  arrival: () => Promise.reject(new Error('nothing will arrive')),
};
const at = { file: '/home/ada/alone.ts', line: 7, column: 1 };
const here = { file: '/home/ada/alone.ts', line: 9, column: 1 };

function start() {
  const engine = new ProgressEngine(alone, { eagerLimitBytes: 64, capture: () => () => at });
  return { lists: new MessageLists(engine, () => here), world: createWorld(engine) };
}

test('what is open at a node is listed by kind, each with its line, and values can be had', () => {
  const { lists, world } = start();
  world.irecv(0, 3);
  world.isend(new Uint8Array(100).fill(5), 0, 4);
  world.send(Uint8Array.of(1, 2, 3), 0, 5);
  world.attachBuffer(1000);
  world.bsend(new Uint8Array(200), 0, 6);
  assert.deepEqual(lists.counts(), { posted: 1, unexpected: 3, pending: 2, requests: 2 });

  const toItself = { communicator: 'world', context: 0, peer: 0, worldPeer: 0 };
  const posted = { ...toItself, tag: 3, operation: 'irecv', at, hasValue: false };
  assert.deepEqual(lists.list('posted', 0, 10), [posted]);
  assert.deepEqual(
    lists.list('unexpected', 0, 10).map(({ tag, bytes, hasValue }) => [tag, bytes, hasValue]),
    [
      [4, 100, false],
      [5, 3, true],
      [6, 200, false],
    ],
  );
  assert.deepEqual(
    lists
      .list('pending', 0, 10)
      .map((each) => [each.operation, each.tag, each.bytes, each.at, each.hasValue]),
    [
      ['isend', 4, 100, at, true],
      ['bsend', 6, 200, at, true],
    ],
  );
  assert.deepEqual(
    lists.list('requests', 0, 10).map(({ operation, done }) => [operation, done]),
    [
      ['irecv', false],
      ['isend', false],
    ],
  );
  assert.deepEqual(
    lists.list('unexpected', 1, 1).map(({ tag }) => tag),
    [5],
  );
  assert.deepEqual(lists.value('unexpected', 1), Uint8Array.of(1, 2, 3));
  assert.equal(lists.value('unexpected', 0), undefined);
  assert.deepEqual(lists.value('pending', 0), new Uint8Array(100).fill(5));
  assert.deepEqual(lists.sentAt(0, 0, 5), at);
  assert.equal(lists.sentAt(0, 0, 99), undefined);
});

test('a value that is looked at is a copy: what the program receives stays as it was sent', () => {
  const { lists, world } = start();
  world.send(Float64Array.of(1, 2), 0);
  (lists.value('unexpected', 0) as Float64Array).fill(9);
  assert.deepEqual(world.recv(0), Float64Array.of(1, 2));
});

test('a request that has its message lists its bytes and shows its value until the program takes it', () => {
  const { lists, world } = start();
  const request = world.irecv<string>(0, 3);
  world.send('taken', 0, 3);
  assert.deepEqual(
    lists.list('requests', 0, 1).map(({ done, bytes, hasValue }) => [done, bytes, hasValue]),
    [[true, 5, true]],
  );
  assert.equal(lists.value('requests', 0), 'taken');
  request.wait();
  assert.equal(lists.counts().requests, 0);
});

test('communicators are listed with their topologies and what they did last', () => {
  const { lists, world } = start();
  world.barrier();
  const grid = createCart(world, [1, 1], { periods: [true, false] });
  const graph = createGraph(world, [0]);
  const all = lists.communicators();
  assert.deepEqual(
    all.map(({ name, rank, size, members }) => [name, rank, size, members]),
    [
      ['world', 0, 1, [0]],
      [grid?.name, 0, 1, [0]],
      [graph.name, 0, 1, [0]],
    ],
  );
  assert.deepEqual(
    all.map(({ topology }) => topology),
    [
      undefined,
      { type: 'grid', dims: [1, 1], periods: [true, false], coordinates: [0, 0] },
      { type: 'graph', sources: [0], destinations: [0] },
    ],
  );
  assert.match(all[0]?.lastCollective ?? '', /^createGraph, /);
});
