import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobInfo, JobState } from '../../runtime/protocol/job';
import type { NodeInfo, NodeMetrics } from '../../runtime/protocol/node';
import { keptSamples } from '../../webviews/metrics/contract';
import { JobModel, keptEndedJobs } from './jobModel';

const job = (id: string, state: JobState, startedAtMs = 1): JobInfo => ({
  id,
  program: '/w/ring.ts',
  cluster: 'local',
  size: 2,
  state,
  startedAtMs,
  transport: 'auto',
  debugged: false,
});
const node = (rank: number, state: NodeInfo['state'] = 'running', id = 'job-1'): NodeInfo => ({
  job: id,
  rank,
  state,
  host: 'here',
  pid: 100 + rank,
  epoch: 0,
});
const metrics = (rank: number, cpuShare: number): NodeMetrics => ({
  rank,
  cpuShare,
  rssBytes: 1,
  heapUsedBytes: 1,
  eventLoopDelayMs: 0,
  blockedShare: 0,
  messagesIn: 0,
  messagesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
});

test('jobs come newest first, and running ones apart', () => {
  const model = new JobModel();
  model.apply({ type: 'jobChanged', job: job('job-1', 'running', 10) });
  model.apply({ type: 'jobChanged', job: job('job-2', 'running', 20) });
  model.apply({ type: 'jobChanged', job: job('job-1', 'failed', 10) });
  assert.deepEqual(
    model.jobs().map((record) => record.job.id),
    ['job-2', 'job-1'],
  );
  assert.deepEqual(
    model.running().map((record) => record.job.id),
    ['job-2'],
  );
});

test('nodes are known by rank, whatever the order they come in', () => {
  const model = new JobModel();
  model.apply({ type: 'jobChanged', job: job('job-1', 'running') });
  model.apply({ type: 'nodeChanged', node: node(1) });
  assert.deepEqual(model.nodes('job-1'), [node(1)]);
  assert.deepEqual(model.topology()[0]?.nodes, [node(1)]);
  model.apply({ type: 'nodeChanged', node: node(0, 'paused') });
  assert.deepEqual(model.nodes('job-1'), [node(0, 'paused'), node(1)]);
});

test('events of an unknown job are taken for nothing', () => {
  const model = new JobModel();
  model.apply({ type: 'nodeChanged', node: node(0) });
  model.apply({ type: 'metrics', job: 'job-1', timeMs: 0, nodes: [metrics(0, 1)] });
  model.apply({ type: 'traffic', job: 'job-1', timeMs: 0, intervalMs: 1, edges: [] });
  assert.deepEqual(model.jobs(), []);
});

test('traffic adds up an edge', () => {
  const model = new JobModel();
  model.apply({ type: 'jobChanged', job: job('job-1', 'running') });
  const edges = [{ source: 0, destination: 1, messages: 2, bytes: 10 }];
  model.apply({ type: 'traffic', job: 'job-1', timeMs: 1, intervalMs: 100, edges });
  model.apply({ type: 'traffic', job: 'job-1', timeMs: 2, intervalMs: 100, edges });
  assert.deepEqual(model.topology()[0]?.traffic, [{ source: 0, destination: 1, messages: 4, bytes: 20 }]);
});

test('the newest samples are kept, so many and no more', () => {
  const model = new JobModel();
  model.apply({ type: 'jobChanged', job: job('job-1', 'running') });
  for (let time = 0; time < keptSamples + 5; time += 1) {
    model.apply({ type: 'metrics', job: 'job-1', timeMs: time, nodes: [metrics(0, time)] });
  }
  const samples = model.metrics()[0]?.samples ?? [];
  assert.equal(samples.length, keptSamples);
  assert.equal(samples[0]?.timeMs, 5);
  assert.equal(model.get('job-1')?.latest.get(0)?.cpuShare, keptSamples + 4);
});

test('faults on purpose are known while they last, also those that were there before', () => {
  const model = new JobModel();
  const loss = { fault: 'loss', rate: 0.1 } as const;
  const stop = { fault: 'stop', node: 1 } as const;
  const happened = { timeMs: 5, monotonicMs: 1005, by: 'client' } as const;
  const faults = { records: [{ ...happened, fault: loss }], active: [loss] };
  model.add([{ job: job('job-1', 'running'), nodes: [node(0), node(1)], faults }]);
  const active = () => model.topology()[0]?.faults?.active;
  model.apply({ type: 'faultInjected', job: 'job-1', ...happened, fault: stop });
  assert.deepEqual(active(), [loss, stop]);
  model.apply({ type: 'faultInjected', job: 'job-1', ...happened, fault: loss, ended: true });
  assert.deepEqual(active(), [stop]);
  model.apply({ type: 'nodeChanged', node: node(1, 'dead') });
  assert.deepEqual(active(), [], 'who is dead is not stopped');
  assert.equal(model.timeline()[0]?.faults?.records.length, 3);
  model.apply({ type: 'faultInjected', job: 'job-2', ...happened, fault: stop });
  assert.equal(model.get('job-2'), undefined);
});

test('the oldest ended jobs are forgotten, running ones never', () => {
  const model = new JobModel();
  model.apply({ type: 'jobChanged', job: job('first', 'running', 0) });
  for (let count = 1; count <= keptEndedJobs + 3; count += 1) {
    model.apply({ type: 'jobChanged', job: job(`job-${count}`, 'running', count) });
    model.apply({ type: 'jobChanged', job: job(`job-${count}`, 'succeeded', count) });
  }
  assert.equal(model.jobs().length, keptEndedJobs + 1);
  assert.equal(model.get('job-3'), undefined);
  assert.ok(model.get('first'));
});

test('when a coordinator is gone its running jobs fail, their nodes are dead and the clock goes', () => {
  const model = new JobModel();
  model.add([{ job: job('job-1', 'running'), nodes: [node(0, 'paused'), node(1, 'done')] }]);
  model.apply({ type: 'clockChanged', stands: true });
  const error = { code: 'coordinatorLost' as const, message: 'gone', data: {} };
  model.endAll(() => true, 99, error);
  assert.equal(model.get('job-1')?.job.state, 'failed');
  assert.equal(model.get('job-1')?.job.endedAtMs, 99);
  assert.deepEqual(model.get('job-1')?.job.failure, { error });
  assert.deepEqual(
    model.nodes('job-1').map(({ state }) => state),
    ['dead', 'done'],
  );
  assert.equal(model.clockStands, false);
});

test('snapshots and removals are told apart from events', () => {
  const model = new JobModel();
  let replaced = 0;
  model.onReplaced(() => (replaced += 1));
  model.add([]);
  model.add([{ job: job('job-1', 'running'), nodes: [node(0)] }]);
  model.remove(() => false);
  assert.equal(replaced, 1);
  model.remove(({ id }) => id === 'job-1');
  assert.equal(replaced, 2);
  assert.deepEqual(model.jobs(), []);
});
