import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Wait } from '../protocol/node';
import { rollCall } from './rollCall';

const at = (line: number) => ({ file: '/home/ada/a.ts', line, column: 3 });
const barrier: Wait = { operation: 'barrier', communicator: 'world', at: at(12) };

test('nodes at the same place are told together, the odd one first', () => {
  const waits = { state: 'blocked' as const, wait: barrier };
  const { groups, text } = rollCall([waits, waits, { state: 'busy', at: at(20) }, waits]);
  assert.equal(text, 'Node 2 computes at a.ts:20.\nNodes 0, 1, 3 wait in barrier at a.ts:12.');
  assert.deepEqual(
    groups.map(({ ranks, at }) => [ranks, at?.line]),
    [
      [[2], 20],
      [[0, 1, 3], 12],
    ],
  );
});

test('whom a collective waits for just now does not part nodes that are in the same call', () => {
  const waits = [1, 2].map((peer) => ({ state: 'blocked' as const, wait: { ...barrier, peer } }));
  assert.deepEqual(
    rollCall(waits).groups.map(({ ranks }) => ranks),
    [[0, 1]],
  );
});

test('a node that awaits says what; one that stands, has returned or is elsewhere says so, and comes before', () => {
  const request = { operation: 'irecv', communicator: 'world', peer: 1, tag: 7, at: at(5) };
  const awaits: Wait[] = [{ operation: 'await', communicator: 'world', requests: [request], open: 1 }];
  const { text } = rollCall([
    { state: 'running', awaits },
    { state: 'paused', wait: { operation: 'recv', communicator: 'world', peer: 0, tag: 1, at: at(6) } },
    { state: 'done' },
    { state: 'running' },
    { state: 'dead' },
  ]);
  assert.equal(
    text,
    [
      'Node 1 stands in the debugger, in recv(source 0, tag 1) at a.ts:6.',
      'Node 2 has returned.',
      'Node 4 is dead.',
      'Node 0 awaits irecv(source 1, tag 7) at a.ts:5.',
      'Node 3 awaits an event that is no message, or computes outside the program.',
    ].join('\n'),
  );
});
