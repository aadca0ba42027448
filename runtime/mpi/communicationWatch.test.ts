import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommunicationEvent } from '../protocol/debug';
import { ANY_TAG } from '../protocol/envelope';
import type { Endpoint } from '../transport/endpoint';
import { createWorld } from './communicator';
import { CommunicationWatch } from './communicationWatch';
import { SUM } from './operations';
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
  const engine = new ProgressEngine(alone, { eagerLimitBytes: 64 });
  const printed: string[] = [];
  const stops: CommunicationEvent[] = [];
  const watch = new CommunicationWatch(engine, (text) => printed.push(text));
  watch.use((event) => stops.push(event));
  return { engine, watch, world: createWorld(engine), printed, stops };
}

test('what is not asked for is not watched', () => {
  const { engine, watch, world, stops } = start();
  assert.equal(engine.watch, undefined);
  watch.filter({ send: () => true });
  assert.equal(engine.watch, watch);
  watch.filter({});
  assert.equal(engine.watch, undefined);
  world.send(1, 0);
  assert.deepEqual(stops, []);
});

test('conditions see sends, received messages and collectives by the names of the calls', () => {
  const { watch, world, stops } = start();
  watch.filter({
    send: ({ tag, destination }) => tag === 7 && destination === 0,
    receive: ({ source, call }) => source === 0 && call === 'recv',
    collective: ({ operation, root }) => operation === 'SUM' && root === 0,
  });
  world.send(1, 0, 6);
  world.send(Uint8Array.of(1, 2), 0, 7);
  world.recv(0, 7);
  world.barrier();
  world.reduce(1, SUM, 0);
  const team = world.dup('team');
  team.send(1, 0, 7);
  assert.deepEqual(
    stops.map(({ why, type, call, communicator, tag, bytes }) => [why, type, call, communicator, tag, bytes]),
    [
      ['filter', 'send', 'send', 'world', 7, 2],
      ['filter', 'receive', 'recv', 'world', 7, 2],
      ['filter', 'collective', 'reduce', 'world', undefined, undefined],
      ['filter', 'send', 'send', 'team', 7, stops[3]?.bytes],
    ],
  );
});

test('a condition that throws does not hold, and is told once', () => {
  const { watch, world, printed, stops } = start();
  const failing = () => {
    throw new ReferenceError('tagg is not defined');
  };
  watch.filter({ send: failing });
  world.send(1, 0);
  world.send(2, 0);
  assert.deepEqual(stops, []);
  assert.deepEqual(printed, ['The condition for each send failed: ReferenceError: tagg is not defined']);
});

test('a step stops at the next send or receive, once', () => {
  const { engine, watch, world, stops } = start();
  watch.step(true);
  world.barrier();
  world.send(Uint8Array.of(1), 0, 3);
  world.send(Uint8Array.of(1), 0, 4);
  assert.equal(engine.watch, undefined);
  watch.step(true);
  world.recv(0, ANY_TAG);
  watch.step(true);
  const request = world.irecv(0, 9);
  watch.step(true);
  watch.step(false);
  world.send(1, 0, 9);
  request.wait();
  assert.deepEqual(
    stops.map(({ why, type, call, tag, arrived }) => [why, type, call, tag, arrived]),
    [
      ['step', 'send', 'send', 3, undefined],
      ['step', 'post', 'recv', 3, true],
      ['step', 'post', 'irecv', 9, false],
    ],
  );
});

test('a message that is followed by its id stops the receive that gets it', () => {
  const { engine, watch, world, stops } = start();
  world.send('first', 0, 3);
  watch.step(true);
  world.send('followed', 0, 3);
  const id = stops[0]?.messageId as number;
  watch.follow(id);
  world.recv(0, 3);
  assert.equal(stops.length, 1, 'the first message is another one');
  assert.equal(world.recv(0, 3), 'followed');
  assert.deepEqual([stops[1]?.why, stops[1]?.type, stops[1]?.messageId], ['followed', 'receive', id]);
  assert.equal(engine.watch, undefined);
});

test('a send that is awaited stops before it leaves, once', () => {
  const { engine, watch, world, stops } = start();
  watch.awaitSend({ context: 0, destinationRank: 0, tag: 5 });
  world.send(1, 0, 4);
  world.send(1, 0, 5);
  world.send(1, 0, 5);
  assert.deepEqual(
    stops.map(({ why, type, tag }) => [why, type, tag]),
    [['followed', 'send', 5]],
  );
  assert.equal(engine.watch, undefined);
  watch.awaitSend({ context: 0, destinationRank: 0, tag: ANY_TAG });
  watch.awaitSend();
  world.send(1, 0, 6);
  assert.equal(stops.length, 1);
});
