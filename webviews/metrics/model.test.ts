import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobInfo } from '../../runtime/protocol/job';
import { initialMetrics, reduceMetrics } from './model';

const job: JobInfo = {
  id: 'job-1',
  program: '/p/ring.ts',
  cluster: 'local',
  size: 1,
  state: 'running',
  startedAtMs: 0,
  transport: 'socket',
  debugged: false,
};
const metrics = {
  rank: 0,
  cpuShare: 0,
  rssBytes: 0,
  heapUsedBytes: 0,
  eventLoopDelayMs: 0,
  blockedShare: 0,
  messagesIn: 0,
  messagesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
};
const sampleAt = (timeMs: number) => ({ type: 'metrics' as const, job: 'job-1', timeMs, nodes: [metrics] });
const loaded = reduceMetrics(
  initialMetrics,
  { type: 'snapshot', jobs: [{ job, nodes: [], samples: [sampleAt(0)] }], clockStands: false },
  0,
);

test('samples of a snapshot and of events make one history', () => {
  const state = reduceMetrics(loaded, { type: 'events', events: [sampleAt(0), sampleAt(500)] }, 0);
  assert.deepEqual(
    state.histories.get('job-1')?.frames.map(({ timeMs }) => timeMs),
    [0, 500],
  );
});

test('samples of a job that is not known are dropped', () => {
  const event = { ...sampleAt(500), job: 'job-9' };
  assert.equal(reduceMetrics(loaded, { type: 'events', events: [event] }, 0).histories.has('job-9'), false);
});

test('another job, and another span, start at the newest sample', () => {
  const moved = reduceMetrics(loaded, { type: 'cursorMoved', age: -5 }, 0);
  assert.equal(moved.cursorAge, -5);
  assert.equal(reduceMetrics(moved, { type: 'spanPicked', span: 'all' }, 0).cursorAge, undefined);
  const started = { type: 'jobChanged' as const, job: { ...job, id: 'job-2' } };
  const other = reduceMetrics(moved, { type: 'events', events: [started] }, 0);
  assert.deepEqual([other.jobs.shown, other.cursorAge], ['job-2', undefined]);
});

test('the node that the debugger stands on stands out', () => {
  const state = reduceMetrics(loaded, { type: 'focused', node: { job: 'job-1', rank: 0 } }, 0);
  assert.equal(state.highlighted, 0);
});
