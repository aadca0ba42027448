import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Wait } from '../protocol/node';
import { type Standing, stuckNodes } from './deadlock';
import { deadlockFailure, explainDeadlock } from './explainDeadlock';

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
    '  Each of them receives before it sends, so that no message is ever on its way. Let one side send first, or use sendrecv, or irecv before the send. If they have sent: look at where to, and at the tag.',
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

test('nodes that await what nothing can settle are named with the usual causes, before what the others wait for', () => {
  const requests = [{ operation: 'a promise that nothing can settle', communicator: 'world' }];
  const stranded: Standing = {
    wait: {
      operation: 'await',
      communicator: 'world',
      needs: 'any',
      waitsFor: [],
      requests,
      open: 1,
      stranded: 1,
      at: at(12),
    },
  };
  const nodes = [stranded, call('recv', 0, 8)];
  const [first, second, advice] = explainDeadlock(nodes, [0, 1]).split('\n');
  assert.equal(first, '  node 0 awaits a promise that nothing can settle at ring.ts:12');
  assert.match(second ?? '', /node 1 waits in recv\(source 0, tag 0\) at ring\.ts:8/);
  assert.match(advice ?? '', /On node 0 the program awaits no message.*resolve is never called/);
  assert.deepEqual(stuckNodes([stranded, 'going']), [0], 'nobody can help it');
  assert.match(
    explainDeadlock([stranded, stranded], [0, 1]),
    /nodes 0, 1 await a promise.*\n  On these nodes/,
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
  assert.match(text, /node 0 waits in allreduce\n {2}Node 1 has ended\./);
  assert.match(text, /Every node must call allreduce, and node 1 did not:/);
});

test('waits for any source make no cycle', () => {
  const text = explainDeadlock([call('recv', -1, 4, -1), call('recv', -1, 4, -1)], [0, 1]);
  assert.match(text, /nodes 0, 1 wait in recv\(source any, tag any\)/);
  assert.doesNotMatch(text, /each other/);
});

test('the error says whether others go on', () => {
  const nodes = [call('recv', 1, 8), call('recv', 0, 8)];
  assert.match(deadlockFailure(nodes, [0, 1]).error.message, /^Deadlock: no node can go on\.\n/);
  assert.match(
    deadlockFailure([...nodes, 'going'], [0, 1]).error.message,
    /^Deadlock: these nodes can never go on\.\n/,
  );
});

const inCollective = (collective: string, ordinal: number, line: number): Standing => ({
  wait: { operation: collective, communicator: 'world', peer: 0, collective, ordinal, at: at(line) },
});

test('nodes in different collectives: who is the odd one out', () => {
  const all = inCollective('allreduce(SUM)', 3, 9);
  const text = explainDeadlock([all, all, inCollective('reduce(SUM, root 2)', 3, 7), all], [0, 1, 2, 3]);
  assert.deepEqual(text.split('\n'), [
    '  nodes 0, 1, 3 wait in allreduce(SUM) at ring.ts:9',
    '  node 2 waits in reduce(SUM, root 2) at ring.ts:7',
    '  All nodes must make the same collective calls in the same order, with the same root and operation: node 2 is the odd one out.',
  ]);
});

test('a node that has left a collective out is behind the others', () => {
  const all = inCollective('barrier', 4, 9);
  const text = explainDeadlock([all, inCollective('barrier', 3, 9), all], [0, 1, 2]);
  assert.deepEqual(text.split('\n'), [
    '  nodes 0, 1, 2 wait in barrier at ring.ts:9',
    '  Node 1 is in number 3, nodes 0, 2 are in number 4 of their collective calls on world: who is behind has left one out, or the others have made one too many.',
  ]);
});

test('a message with another tag, and one from another node, are seen where they lie', () => {
  const lying = (source: number, tag: number): Partial<Wait> => ({ waiting: [{ source, tag, messages: 1 }] });
  assert.match(
    explainDeadlock([call('recv', 1, 5, 2, lying(1, 1)), 'ended'], [0]),
    /At node 0 a message from node 1 with tag 1 waits to be received\.\n.*The tags differ: node 0 asks for tag 2, and what node 1 sent has tag 1/,
  );
  assert.match(
    explainDeadlock([call('recv', 1, 5, 2, lying(2, 2)), 'ended', 'ended'], [0]),
    /Node 0 asks for a message of node 1, and has one of node 2\. Where a recv from any source came before/,
  );
});

test('a failure names the lines of all nodes that have part in it', () => {
  const failure = deadlockFailure(['ended', call('recv', 2, 8), call('recv', 1, 9)], [1, 2]);
  assert.deepEqual([failure.rank, failure.at], [1, at(8)]);
  assert.deepEqual(failure.places, [
    { rank: 1, at: at(8), text: 'Node 1 waits in recv(source 2, tag 0) here.' },
    { rank: 2, at: at(9), text: 'Node 2 waits in recv(source 1, tag 0) here.' },
  ]);
});
