import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noFaults } from '../../runtime/protocol/faultHistory';
import type { JobState } from '../../runtime/protocol/job';
import type { NodeInfo, Wait } from '../../runtime/protocol/node';
import type { JobView, NodeView } from '../shared/jobs';
import { openWaits } from './openWaits';
import { OperationStore } from './operationStore';
import { operationsEvent } from './testing/operationsEvent';
import { openWaitSentence } from './words';

const wait: Wait = {
  operation: 'recv',
  communicator: 'world',
  peer: 1,
  tag: 7,
  at: { file: '/w/ring.ts', line: 12, column: 3 },
};
const store = new OperationStore(2);
store.add(operationsEvent(0, [{ name: 'send', beginMs: 0, endMs: 10 }]));
store.add(operationsEvent(1, [{ name: 'send', beginMs: 0, endMs: 100 }]));

function view(state: JobState, change: Partial<NodeInfo>, lastWait?: Wait, sinceMs = 0): JobView {
  const node = (rank: number): NodeView => ({
    info: { job: 'job-1', rank, state: 'running', host: '', pid: 1, epoch: 0 },
    sinceMs,
  });
  const first = node(0);
  const job = { id: 'job-1', program: '/w/ring.ts', cluster: 'local', size: 2, state } as JobView['job'];
  const nodes = [{ ...first, info: { ...first.info, ...change }, lastWait }, node(1)];
  return { job, nodes, faults: noFaults };
}

const match = { storeMs: 100, viewMs: 5000 };
const begins = (shown: JobView) => openWaits(shown, store, match).map(({ rank, fromMs }) => [rank, fromMs]);

describe('open waits', () => {
  it('begin where the node was first seen to wait, but after its last call', () => {
    assert.deepEqual(begins(view('running', { state: 'blocked', wait }, undefined, 4950)), [[0, 50]]);
    assert.deepEqual(begins(view('running', { state: 'blocked', wait }, undefined, 0)), [[0, 10]]);
    assert.deepEqual(begins(view('running', { state: 'blocked', wait }, undefined, 6000)), [[0, 100]]);
  });

  it('are those of nodes that were ended in a call, and not of nodes that returned', () => {
    const [over] = openWaits(view('failed', { state: 'dead' }, wait), store, match);
    assert.ok(over?.isOver);
    assert.equal(
      openWaitSentence(over),
      'Node 0 waited until the end in recv(source 1, tag 7), at ring.ts:12.',
    );
    assert.deepEqual(begins(view('succeeded', { state: 'done' }, wait)), []);
    assert.deepEqual(begins(view('failed', { state: 'done' }, wait)), []);
    assert.deepEqual(begins(view('running', { state: 'running' })), []);
  });
});
