import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../runtime/protocol/faults';
import type { JobInfo } from '../../runtime/protocol/job';
import type { NodeInfo, NodeState } from '../../runtime/protocol/node';
import { applyJobEvent, jobsOfSnapshot, rememberedJobs, shownJob, type Jobs } from './jobs';
import { announceNodes } from './nodeAnnouncements';

function job(id: string, change: Partial<JobInfo> = {}): JobInfo {
  return {
    id,
    program: '/p/ring.ts',
    cluster: 'local',
    size: 2,
    state: 'running',
    startedAtMs: Number(id.slice(4)),
    transport: 'socket',
    debugged: false,
    ...change,
  };
}

function node(rank: number, state: NodeState, change: Partial<NodeInfo> = {}): NodeInfo {
  return { job: 'job-1', rank, state, host: 'lab', pid: 100 + rank, epoch: 1, ...change };
}

const none: Jobs = { byId: new Map() };
const receiving = { operation: 'recv', communicator: 'world', peer: 1, tag: 7 };

test('a job that starts is shown, with all its nodes before they are heard of', () => {
  const jobs = applyJobEvent(none, { type: 'jobChanged', job: job('job-1', { state: 'starting' }) }, 5);
  assert.equal(jobs.shown, 'job-1');
  assert.deepEqual(
    shownJob(jobs)?.nodes.map(({ info }) => info.state),
    ['starting', 'starting'],
  );
});

test('a snapshot shows the wanted job, else the newest', () => {
  const snapshots = ['job-1', 'job-2'].map((id) => ({ job: job(id), nodes: [] }));
  assert.equal(jobsOfSnapshot(snapshots, 'job-1', 0).shown, 'job-1');
  assert.equal(jobsOfSnapshot(snapshots, 'job-9', 0).shown, 'job-2');
  assert.equal(jobsOfSnapshot([], 'job-9', 0).shown, undefined);
});

test('a snapshot shows a job that runs rather than the wanted one that has ended', () => {
  const ended = { job: job('job-1', { state: 'failed' }), nodes: [] };
  assert.equal(jobsOfSnapshot([{ job: job('job-2'), nodes: [] }, ended], 'job-1', 0).shown, 'job-2');
  const other = { job: job('job-2', { state: 'stopped' }), nodes: [] };
  assert.equal(jobsOfSnapshot([other, ended], 'job-1', 0).shown, 'job-1');
});

test('the time of an activity starts with it and not with each report', () => {
  let jobs = applyJobEvent(none, { type: 'jobChanged', job: job('job-1') }, 0);
  const blocked = node(0, 'blocked', { wait: receiving });
  jobs = applyJobEvent(jobs, { type: 'nodeChanged', node: blocked }, 100);
  const at = { file: '/p/ring.ts', line: 3, column: 1 };
  jobs = applyJobEvent(jobs, { type: 'nodeChanged', node: { ...blocked, wait: { ...receiving, at } } }, 200);
  assert.equal(shownJob(jobs)?.nodes[0]?.sinceMs, 100);
  jobs = applyJobEvent(
    jobs,
    { type: 'nodeChanged', node: { ...blocked, wait: { ...receiving, tag: 8 } } },
    300,
  );
  assert.equal(shownJob(jobs)?.nodes[0]?.sinceMs, 300);
});

test('a node that ends while it waits is remembered with its wait', () => {
  let jobs = applyJobEvent(none, { type: 'jobChanged', job: job('job-1') }, 0);
  jobs = applyJobEvent(jobs, { type: 'nodeChanged', node: node(0, 'blocked', { wait: receiving }) }, 1);
  jobs = applyJobEvent(jobs, { type: 'nodeChanged', node: node(0, 'dead') }, 2);
  assert.deepEqual(shownJob(jobs)?.nodes[0]?.lastWait, receiving);
});

test('nodes of no known job or rank change nothing', () => {
  const jobs = applyJobEvent(none, { type: 'jobChanged', job: job('job-1') }, 0);
  assert.equal(applyJobEvent(jobs, { type: 'nodeChanged', node: node(7, 'running') }, 1), jobs);
  assert.equal(
    applyJobEvent(jobs, { type: 'nodeChanged', node: { ...node(0, 'running'), job: 'job-9' } }, 1),
    jobs,
  );
});

test('ended jobs are forgotten, oldest first, running ones never', () => {
  let jobs = applyJobEvent(none, { type: 'jobChanged', job: job('job-1') }, 0);
  for (let index = 2; index <= 40; index += 1) {
    jobs = applyJobEvent(jobs, { type: 'jobChanged', job: job(`job-${index}`, { state: 'succeeded' }) }, 0);
  }
  assert.equal(jobs.byId.size, rememberedJobs);
  assert.ok(jobs.byId.has('job-1'));
  assert.ok(jobs.byId.has('job-40'));
});

test('what needs a person is announced at once, a wait only when it lasts, each thing once', () => {
  let jobs = applyJobEvent(none, { type: 'jobChanged', job: job('job-1') }, 0);
  const first = announceNodes(undefined, shownJob(jobs)!, 0);
  assert.deepEqual(first.sentences, []);
  jobs = applyJobEvent(jobs, { type: 'nodeChanged', node: node(0, 'paused') }, 10);
  jobs = applyJobEvent(jobs, { type: 'nodeChanged', node: node(1, 'blocked', { wait: receiving }) }, 10);
  const second = announceNodes(first.announced, shownJob(jobs)!, 20);
  assert.deepEqual(
    second.sentences.map(([, sentence]) => sentence),
    ['Node 0: paused.'],
  );
  const third = announceNodes(second.announced, shownJob(jobs)!, 2000);
  assert.deepEqual(
    third.sentences.map(([, sentence]) => sentence),
    ['Node 1: blocked in recv(source 1, tag 7).'],
  );
  assert.deepEqual(announceNodes(third.announced, shownJob(jobs)!, 9000).sentences, []);
});

test('faults on purpose are announced as they happen and end, the newest of many', () => {
  let jobs = applyJobEvent(none, { type: 'jobChanged', job: job('job-1') }, 0);
  const { announced } = announceNodes(undefined, shownJob(jobs)!, 0);
  const happen = (fault: Fault, ended?: true) =>
    (jobs = applyJobEvent(
      jobs,
      { type: 'faultInjected', job: 'job-1', timeMs: 1, monotonicMs: 1, by: 'plan', fault, ended },
      1,
    ));
  for (let node = 0; node < 5; node += 1) happen({ fault: 'stop', node });
  happen({ fault: 'stop', node: 4 }, true);
  const news = announceNodes(announced, shownJob(jobs)!, 2);
  assert.deepEqual(
    news.sentences.map(([, sentence]) => sentence),
    [3, 4]
      .map((node) => `Fault on purpose: node ${node} stopped.`)
      .concat('Fault on purpose: node 4 stopped ended.'),
  );
  assert.deepEqual(announceNodes(news.announced, shownJob(jobs)!, 3).sentences, []);
});

test('a failure is announced with its node and its sentence', () => {
  let jobs = applyJobEvent(none, { type: 'jobChanged', job: job('job-1') }, 0);
  const { announced } = announceNodes(undefined, shownJob(jobs)!, 0);
  const error = { code: 'programFailed' as const, message: 'RangeError: no', data: {} };
  jobs = applyJobEvent(
    jobs,
    { type: 'jobChanged', job: job('job-1', { state: 'failed', failure: { error, rank: 1 } }) },
    1,
  );
  assert.deepEqual(announceNodes(announced, shownJob(jobs)!, 2).sentences, [
    ['job', 'job-1 failed on node 1: RangeError: no'],
  ]);
});

test('a job that grows keeps what is known of its nodes', () => {
  const started = applyJobEvent(none, { type: 'jobChanged', job: job('job-1') }, 5);
  const known = applyJobEvent(
    started,
    { type: 'nodeChanged', node: node(1, 'blocked', { wait: receiving }) },
    6,
  );
  const grown = applyJobEvent(known, { type: 'jobChanged', job: job('job-1', { size: 4 }) }, 7);
  const joined = applyJobEvent(grown, { type: 'nodeChanged', node: node(3, 'running') }, 8);
  assert.deepEqual(
    shownJob(joined)?.nodes.map(({ info }) => info.state),
    ['starting', 'blocked', 'starting', 'running'],
  );
  assert.equal(shownJob(joined)?.nodes[1]?.sinceMs, 6);
});
