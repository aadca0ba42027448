import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Wait } from '../protocol/node';
import type { Standing } from './deadlock';
import { deadlockError, explainDeadlock } from './explainDeadlock';

const program = '/home/ada/ring.ts';
const at = (line: number) => ({ file: program, line, column: 3 });
const call = (
  operation: string,
  peer: number,
  line: number,
  tag = 0,
  more: Partial<Wait> = {},
): Standing => ({
  wait: { operation, communicator: 'world', peer, tag, at: at(line), ...more },
});

test('a cycle is shown as one, with each node’s call and line', () => {
  const nodes = [call('recv', 1, 8), call('recv', 2, 8), call('recv', 0, 9)];
  assert.deepEqual(explainDeadlock(nodes, [0, 1, 2]).split('\n'), [
    '  node 0 waits in recv(source 1, tag 0) at ring.ts:8',
    '  node 1 waits in recv(source 2, tag 0) at ring.ts:8',
    '  node 2 waits in recv(source 0, tag 0) at ring.ts:9',
    '  They wait for each other: 0 -> 1 -> 2 -> 0.',
    '  Every recv needs a send with its source and tag: look for a send that is missing, goes to another node, has another tag, or comes too late.',
  ]);
});

test('nodes that send to each other first are told of the eager limit, and what to do', () => {
  const nodes = [call('send', 1, 4, 7, { bytes: 800_000 }), call('send', 0, 4, 7, { bytes: 800_000 })];
  const text = explainDeadlock(nodes, [0, 1]);
  assert.match(
    text,
    /node 0 waits in send\(destination 1, tag 7\) at ring\.ts:4, 800000 bytes, above the eager limit/,
  );
  assert.match(text, /They wait for each other: 0 -> 1 -> 0\./);
  assert.match(text, /Each of them sends before it receives.*sendrecv, or isend and waitAll/);
});

test('a waitAll names its open requests and where they were made', () => {
  const requests = [{ operation: 'isend', communicator: 'world', peer: 1, tag: 3, at: at(5) }];
  const waiting: Standing = {
    wait: {
      operation: 'waitAll',
      communicator: 'world',
      needs: 'all',
      waitsFor: [1],
      requests,
      open: 2,
      at: at(9),
    },
  };
  assert.match(
    explainDeadlock([waiting, 'ended'], [0]),
    /node 0 waits in waitAll of isend\(destination 1, tag 3\) and 1 more at ring\.ts:9 \(made in line 5\), but node 1 has ended/,
  );
});

test('a node that waits for one that has ended is told so', () => {
  const text = explainDeadlock(['ended', call('recv', 0, 5, 7), 'ended'], [1]);
  assert.match(text, /node 1 waits in recv\(source 0, tag 7\) at ring\.ts:5, but node 0 has ended/);
  assert.match(text, /Nodes 0, 2 have ended\./);
  assert.doesNotMatch(text, /each other/);
});

test('a send that nobody receives says what it needs', () => {
  const text = explainDeadlock([call('ssend', 1, 5), 'ended'], [0]);
  assert.match(text, /needs a recv with its source and tag/);
});

test('a node that sends to itself is told to post the receive before', () => {
  assert.match(explainDeadlock([call('ssend', 0, 5)], [0]), /irecv first, then send/);
});

test('a collective that not all call says where to look', () => {
  const wait: Wait = { operation: 'allreduce', communicator: 'world', peer: 1 };
  const text = explainDeadlock([{ wait }, 'ended'], [0]);
  assert.match(text, /node 0 waits in allreduce \(waits for node 1\), but node 1 has ended/);
  assert.match(text, /Every node must call allreduce/);
});

test('waits for any source make no cycle', () => {
  const text = explainDeadlock([call('recv', -1, 4, -1), call('recv', -1, 4, -1)], [0, 1]);
  assert.match(text, /node 0 waits in recv\(source any, tag any\)/);
  assert.doesNotMatch(text, /each other/);
});

test('the error says whether others go on', () => {
  const nodes = [call('recv', 1, 8), call('recv', 0, 8)];
  assert.match(deadlockError(nodes, [0, 1]).message, /^Deadlock: no node can go on\.\n/);
  assert.match(
    deadlockError([...nodes, 'going'], [0, 1]).message,
    /^Deadlock: these nodes can never go on\.\n/,
  );
});
