import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterEvent } from '../../runtime/protocol/events';
import type { NodeState } from '../../runtime/protocol/node';
import { EventBatch } from './eventBatch';

const node = (rank: number, state: NodeState): ClusterEvent => ({
  type: 'nodeChanged',
  node: { job: 'job-1', rank, state, host: 'here', pid: 1, epoch: 0 },
});
const traffic = (timeMs: number): ClusterEvent => ({
  type: 'traffic',
  job: 'job-1',
  timeMs,
  intervalMs: 100,
  edges: [],
});

test('only the newest state of a node is kept, at the place of the newest', () => {
  const batch = new EventBatch(['nodeChanged', 'traffic']);
  batch.add(node(0, 'running'));
  batch.add(traffic(1));
  batch.add(node(1, 'blocked'));
  batch.add(node(0, 'paused'));
  assert.deepEqual(batch.take(), [traffic(1), node(1, 'blocked'), node(0, 'paused')]);
  assert.deepEqual(batch.take(), []);
});

test('every traffic event is kept, since each counts other messages', () => {
  const batch = new EventBatch(['traffic']);
  batch.add(traffic(1));
  batch.add(traffic(2));
  assert.deepEqual(batch.take(), [traffic(1), traffic(2)]);
});

test('kinds that nobody asked for are refused', () => {
  const batch = new EventBatch(['traffic']);
  assert.equal(batch.add(node(0, 'running')), false);
  assert.equal(batch.add(traffic(1)), true);
  assert.deepEqual(batch.take(), [traffic(1)]);
});
