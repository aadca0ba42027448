import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threadName } from './threadName';

const wait = { operation: 'recv', communicator: 'world', peer: 1, tag: 7 };

test('a thread is named by its rank and by what only the runtime knows of it', () => {
  assert.equal(threadName({ rank: 2, state: 'running' }), 'node 2');
  assert.equal(threadName({ rank: 2, state: 'blocked', wait }), 'node 2 · blocked in recv(source 1, tag 7)');
  assert.equal(threadName({ rank: 2, state: 'paused', wait }), 'node 2 · blocked in recv(source 1, tag 7)');
  assert.equal(threadName({ rank: 2, state: 'paused' }), 'node 2');
  const deadlocked = threadName({ rank: 2, state: 'paused', wait }, undefined, true);
  assert.equal(deadlocked, 'node 2 · deadlock: recv(source 1, tag 7)');
  assert.equal(threadName({ rank: 0, state: 'busy' }), 'node 0 · busy');
  assert.equal(
    threadName({ rank: 1, state: 'paused' }, { place: 'pagerank.ts:12', arrived: 2, awaited: 4 }),
    'node 1 · held at barrier pagerank.ts:12 (2 of 4)',
  );
});
