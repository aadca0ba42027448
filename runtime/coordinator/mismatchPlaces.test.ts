import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LockstepError } from '../protocol/errors';
import type { NodeInfo } from '../protocol/node';
import { withMismatchPlaces } from './mismatchPlaces';

const at = (line: number) => ({ file: '/program.ts', line, column: 1 });

function mismatch(rank: number, ours: string, line: number) {
  const data = { communicator: 'world', node: 1 - rank, theirs: 'barrier', ours };
  return { rank, at: at(line), error: new LockstepError('collectiveMismatch', data).toWire() };
}

function node(rank: number, state: NodeInfo['state'], line?: number) {
  const wait = line === undefined ? undefined : { operation: 'barrier', communicator: 'world', at: at(line) };
  return { rank, finished: undefined, info: { job: 'job-1', rank, state, wait, host: '', pid: 1, epoch: 1 } };
}

test('a call that does not match has the lines of the nodes that wait, and of those that have seen it too', async () => {
  const told = mismatch(1, 'bcast(root 0)', 9);
  const failed = { ...node(2, 'dead'), finished: { failure: mismatch(2, 'reduce(SUM, root 0)', 10) } };
  const nodes = [node(0, 'blocked', 8), node(1, 'dead'), failed, node(3, 'running')];
  const { places, ...rest } = await withMismatchPlaces(told, nodes);
  assert.deepEqual(rest, told);
  assert.deepEqual(places, [
    { rank: 0, at: at(8), text: 'Node 0 waits in barrier here.' },
    { rank: 1, at: at(9), text: 'Node 1 calls bcast(root 0) here.' },
    { rank: 2, at: at(10), text: 'Node 2 calls reduce(SUM, root 0) here.' },
  ]);
});

test('where no other node is known to have part in it, the line of its own is enough', async () => {
  const told = mismatch(1, 'bcast(root 0)', 9);
  assert.deepEqual(await withMismatchPlaces(told, [node(0, 'running'), node(1, 'dead')]), told);
});
