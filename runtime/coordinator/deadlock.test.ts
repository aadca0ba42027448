import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Quiescence } from '../protocol/agentLink';
import type { NodeInfo, NodeState, Wait } from '../protocol/node';
import { explainDeadlock, isDeadlock } from './deadlock';

const look = (part: Partial<Quiescence> = {}): Quiescence => ({
  still: true,
  waitId: 1,
  sent: 0,
  taken: 0,
  ...part,
});

test('nodes that stand still with nothing under way are deadlocked', () => {
  assert.equal(isDeadlock([look(), look()], [look(), look()]), true);
  const counted = [look({ sent: 3, taken: 1 }), look({ sent: 1, taken: 3 })];
  assert.equal(isDeadlock(counted, counted), true);
});

test('a message under way, a node that moves, or one that computes is no deadlock', () => {
  const still = [look(), look()];
  assert.equal(isDeadlock([look({ sent: 1 }), look()], [look({ sent: 1 }), look()]), false);
  assert.equal(isDeadlock(still, [look(), look({ waitId: 2 })]), false);
  assert.equal(isDeadlock([look(), look({ still: false })], still), false);
  assert.equal(isDeadlock(still, [look({ still: false }), look()]), false);
  assert.equal(isDeadlock(still, [look()]), false);
});

test('a message that crosses the first count is caught by the second', () => {
  // Node 0 was counted before it sent, node 1 after it took: one count would see nothing under way.
  const first = [look({ sent: 0, taken: 0 }), look({ sent: 0, taken: 1 })];
  const second = [look({ sent: 1, taken: 0 }), look({ sent: 0, taken: 1 })];
  assert.equal(isDeadlock(first, second), false);
});

const program = '/home/ada/ring.ts';
function node(rank: number, state: NodeState, wait?: Wait): NodeInfo {
  return { job: 'job-1', rank, state, host: 'here', pid: 1, epoch: 0, wait };
}
const recv = (peer: number, line: number, tag = 0): Wait => ({
  operation: 'recv',
  communicator: 'world',
  peer,
  tag,
  at: { file: program, line, column: 3 },
});

test('a cycle is shown as one, with each node’s call and line', () => {
  const text = explainDeadlock([
    node(0, 'blocked', recv(1, 8)),
    node(1, 'blocked', recv(2, 8)),
    node(2, 'blocked', recv(0, 9)),
  ]);
  assert.deepEqual(text.split('\n').slice(0, 4), [
    '  node 0 waits in recv(source 1, tag 0) at ring.ts:8',
    '  node 1 waits in recv(source 2, tag 0) at ring.ts:8',
    '  node 2 waits in recv(source 0, tag 0) at ring.ts:9',
    '  They wait for each other: 0 -> 1 -> 2 -> 0.',
  ]);
  assert.match(text, /Every recv needs a send with its source and tag/);
});

test('a node that waits for one that has ended is told so', () => {
  const text = explainDeadlock([node(0, 'done'), node(1, 'blocked', recv(0, 5, 7)), node(2, 'done')]);
  assert.match(text, /node 1 waits in recv\(source 0, tag 7\) at ring\.ts:5, but node 0 has ended/);
  assert.match(text, /Nodes 0, 2 have ended\./);
  assert.doesNotMatch(text, /each other/);
});

test('a collective that not all call says where to look', () => {
  const wait: Wait = { operation: 'allreduce', communicator: 'world', peer: 1 };
  const text = explainDeadlock([node(0, 'blocked', wait), node(1, 'done')]);
  assert.match(text, /node 0 waits in allreduce \(waits for node 1\), but node 1 has ended/);
  assert.match(text, /Node 1 has ended\./);
  assert.match(text, /Every node must call allreduce/);
});

test('waits for any source make no cycle', () => {
  const text = explainDeadlock([node(0, 'blocked', recv(-1, 4, -1)), node(1, 'blocked', recv(-1, 4, -1))]);
  assert.match(text, /node 0 waits in recv\(source any, tag any\)/);
  assert.doesNotMatch(text, /each other/);
});
