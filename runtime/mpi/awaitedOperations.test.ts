import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Wait } from '../protocol/node';
import { AwaitedOperations } from './awaitedOperations';

const operations = () => new AwaitedOperations({ arrival: () => Promise.resolve() });
const message = (peer: number): Wait => ({ operation: 'irecv', communicator: 'world', peer });
const task: Wait = { operation: 'await of task a #1', communicator: 'world', waitsFor: [] };

test('several messages that are awaited are one wait: any node that sends one of them helps', () => {
  const awaited = operations();
  for (const peer of [1, 2, 1]) awaited.add(message(peer));
  const { needs, waitsFor } = awaited.together() ?? {};
  assert.deepEqual([needs, waitsFor], ['any', [1, 2]]);
});

test('who awaits a task is not stuck, whatever else it awaits', () => {
  for (const others of [[], [task], [message(1), message(2)]]) {
    const awaited = operations();
    for (const wait of [task, ...others]) awaited.add(wait);
    const { needs, waitsFor } = awaited.together() ?? {};
    assert.deepEqual([needs, waitsFor], [undefined, []]);
  }
});
