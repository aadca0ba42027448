import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Leftovers } from '../protocol/messages';
import { describeLeftovers } from './describeLeftovers';

const nothing: Leftovers = {
  requests: [],
  requestCount: 0,
  windows: [],
  unreceived: [],
  notReady: [],
  sent: [0, 0],
  taken: [0, 0],
  sends: [],
  collectives: { calls: 0, kinds: [], latest: [] },
};

test('a job that leaves nothing behind gets no warning', () => {
  assert.deepEqual(describeLeftovers([nothing, nothing, undefined]), []);
});

test('requests are named with their lines, the first of many', () => {
  const at = { file: '/home/ada/ring.ts', line: 5, column: 1 };
  const call = { operation: 'isend', communicator: 'world', peer: 1, tag: 7, at };
  const [warning, ...others] = describeLeftovers([
    nothing,
    { ...nothing, requests: [call], requestCount: 3 },
  ]);
  assert.deepEqual(others, []);
  assert.equal(warning?.rank, 1);
  assert.match(
    warning.text,
    /^3 requests were never completed: isend\(destination 1, tag 7\) at ring\.ts:5 and 2 more\. Call wait/,
  );
});

test('messages are counted, those that came too late too; those of collectives are not the program’s', () => {
  const unreceived = [
    { communicator: 0, source: 1, tag: 4, messages: 2 },
    { communicator: 1, source: 1, tag: 0, messages: 9 },
  ];
  const warnings = describeLeftovers([
    { ...nothing, unreceived, taken: [0, 5] },
    { ...nothing, sent: [6, 0] },
  ]);
  assert.deepEqual(warnings, [
    {
      rank: 0,
      at: undefined,
      text: '3 messages were never received: 2 from node 1 with tag 4, 1 from node 1, which came after this node had ended. Every send needs a recv with its source and tag.',
    },
  ]);
});

test('a ready send without its receive is told', () => {
  const [warning] = describeLeftovers([{ ...nothing, notReady: [{ source: 1, tag: 2 }] }]);
  assert.match(
    warning?.text ?? '',
    /1 message of rsend came before the receive was posted, the first from node 1 with tag 2/,
  );
});

test('a message that nobody receives is told with the line that sends it, where that is one', () => {
  const at = { file: '/home/ada/ring.ts', line: 7, column: 3 };
  const unreceived = [{ communicator: 0, source: 1, tag: 4, messages: 1 }];
  const sends = [
    { communicator: 0, destination: 0, tag: 4, at },
    { communicator: 0, destination: 0, tag: 5, at: { ...at, line: 8 } },
  ];
  const sender = { ...nothing, sent: [2, 0], sends };
  const [warning] = describeLeftovers([{ ...nothing, unreceived, taken: [0, 1] }, sender]);
  assert.deepEqual([warning?.rank, warning?.at], [0, at]);
  assert.match(
    warning?.text ?? '',
    /^2 messages .*: 1 from node 1 with tag 4 \(sent at ring\.ts:7\), 1 from node 1, which came after this node had ended\./,
  );
});

test('a window that was never freed is told once, of the nodes that have it', () => {
  const at = { file: '/home/ada/halo.ts', line: 9, column: 3 };
  const windows = [{ operation: 'allocateWindow', communicator: 'world', window: 'window 1', at }];
  const [warning, ...others] = describeLeftovers([nothing, { ...nothing, windows }, { ...nothing, windows }]);
  assert.deepEqual(others, []);
  assert.deepEqual([warning?.rank, warning?.at], [1, at]);
  assert.match(
    warning?.text ?? '',
    /^a window was never freed: allocateWindow\(window 1\) at halo\.ts:9\. Let all/,
  );
});
