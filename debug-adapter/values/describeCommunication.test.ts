import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeCommunicator, describeMessage, rankName } from './describeCommunication';

const at = { file: '/home/ada/ring.ts', line: 12, column: 3 };

test('a message is told in one line, by what is known of it', () => {
  const posted = { operation: 'recv', communicator: 'world', peer: -1, tag: 7, at, hasValue: false };
  assert.equal(describeMessage('posted', posted), 'recv(source any, tag 7) at ring.ts:12');
  const unexpected = { communicator: 'world', peer: 1, tag: 7, bytes: 1, hasValue: true };
  assert.equal(describeMessage('unexpected', unexpected), 'from 1, tag 7, 1 byte');
  const other = { communicator: 'world/row', peer: 0, tag: 2, bytes: 80, hasValue: true };
  assert.equal(describeMessage('unexpected', other), 'from 0, tag 2, 80 bytes, on world/row');
  const collective = {
    communicator: 'world',
    peer: 2,
    collective: 'allreduce(SUM)',
    bytes: 8,
    hasValue: false,
  };
  assert.equal(describeMessage('unexpected', collective), 'from 2, part of allreduce(SUM), 8 bytes');
  const pending = {
    operation: 'ssend',
    communicator: 'world',
    peer: 3,
    tag: 0,
    bytes: 9,
    at,
    hasValue: false,
  };
  assert.equal(describeMessage('pending', pending), 'ssend(destination 3, tag 0), 9 bytes at ring.ts:12');
});

test('a request says whether it has completed', () => {
  const request = {
    operation: 'irecv',
    communicator: 'world',
    peer: 1,
    tag: 7,
    at,
    done: true,
    hasValue: true,
  };
  assert.equal(describeMessage('requests', request), 'irecv(source 1, tag 7) at ring.ts:12, completed');
  const collective = { operation: 'iallreduce', communicator: 'world', at, done: false, hasValue: false };
  assert.equal(describeMessage('requests', collective), 'iallreduce at ring.ts:12');
});

test('a rank of a communicator is told with its rank in world where that is another', () => {
  assert.equal(rankName(1, 1), 'rank 1');
  assert.equal(rankName(1, 5), 'rank 1 (node 5)');
  assert.equal(rankName(-1, undefined), 'any');
});

test('a communicator is told with its group and its topology', () => {
  const plain = {
    name: 'world',
    rank: 1,
    size: 5,
    members: [0, 1, 2, 5, 4],
    lastCollective: 'barrier, linear',
  };
  assert.deepEqual(Object.fromEntries(describeCommunicator(plain)), {
    name: 'world',
    rank: '1',
    size: '5',
    group: 'nodes 0-2, 5, 4',
    topology: 'none',
    'last collective': 'barrier, linear',
  });
  const between = describeCommunicator({ ...plain, remote: [3, 6, 7] });
  assert.equal(new Map(between).get('remote group'), 'nodes 3, 6-7');
  const grid = { type: 'grid' as const, dims: [2, 3], periods: [false, true], coordinates: [1, 0] };
  const onGrid = describeCommunicator({ ...plain, topology: grid });
  assert.equal(new Map(onGrid).get('topology'), 'grid 2 × 3, closed in dimension 1; here (1, 0)');
  const graph = { type: 'graph' as const, sources: [4], destinations: [] };
  const inGraph = describeCommunicator({ ...plain, topology: graph });
  assert.equal(new Map(inGraph).get('topology'), 'graph: receives from 4, sends to nobody');
});
