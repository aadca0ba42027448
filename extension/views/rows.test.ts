import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobInfo } from '../../runtime/protocol/job';
import { type NodeInfo, type NodeMetrics, nodeStates } from '../../runtime/protocol/node';
import { clusterRow, jobRow, nodeRow, statusText } from './rows';

const node: NodeInfo = { job: 'job-1', rank: 2, state: 'running', host: 'lab-7', pid: 4711, epoch: 0 };
const sample: NodeMetrics = {
  rank: 2,
  cpuShare: 0.12,
  rssBytes: 48 * 2 ** 20,
  heapUsedBytes: 20 * 2 ** 20,
  eventLoopDelayMs: 1,
  blockedShare: 0.5,
  messagesIn: 10,
  messagesOut: 20,
  bytesIn: 0,
  bytesOut: 0,
};
const job: JobInfo = {
  id: 'job-3',
  program: '/w/ring.ts',
  cluster: 'local',
  size: 4,
  state: 'running',
  startedAtMs: 1000,
  transport: 'auto',
  debugged: false,
};
const debuggedJob = { ...job, debugged: true };

test('a node says its rank, what it does and its load', () => {
  const row = nodeRow(node, job, sample);
  assert.equal(row.label, 'node 2');
  assert.equal(row.description, 'running · 12 % · 48 MiB');
  assert.match(row.tooltip, /Host: lab-7\nProcess: 4711/);
  assert.equal(row.spoken, 'node 2, running, lab-7, 12 %, 48 MiB');
});

test('a node that waits says in which call, and where in the program', () => {
  const at = { file: '/w/ring.ts', line: 14, column: 3 };
  const wait = { operation: 'recv', communicator: 'world', peer: 1, tag: 7, at };
  const row = nodeRow({ ...node, state: 'blocked', wait }, job, undefined);
  assert.equal(row.description, 'blocked in recv(source 1, tag 7)');
  assert.match(row.tooltip, /Waits at: ring\.ts:14/);
});

test('every state has an icon, and each row words for a screen reader', () => {
  for (const state of nodeStates) {
    const row = nodeRow({ ...node, state }, job, sample);
    assert.ok(row.icon, state);
    assert.match(row.spoken, /^node 2, /);
  }
});

test('what can be done with a node follows from its state and from the debugger', () => {
  assert.equal(nodeRow(node, job, undefined).context, 'node live');
  assert.equal(
    nodeRow({ ...node, state: 'paused' }, debuggedJob, undefined).context,
    'node live debugged paused',
  );
  assert.equal(nodeRow({ ...node, state: 'dead', reason: 'killed' }, debuggedJob, undefined).context, 'node');
});

test('a node says what goes wrong with it on purpose, as long as it lives', () => {
  const faults = {
    records: [],
    active: [
      { fault: 'stop', node: 2 },
      { fault: 'cut', sides: [2, [0, 1, 3]] },
    ],
  } as const;
  const suspect = { ...node, state: 'suspect' as const };
  const row = nodeRow(suspect, job, undefined, faults);
  assert.equal(row.description, 'stopped · cut off · suspect');
  assert.match(
    row.tooltip,
    /Fault on purpose: node 2 stopped\nFault on purpose: cut between node 2 and nodes 0, 1, 3/,
  );
  assert.equal(row.spoken, 'node 2, suspect, stopped on purpose, cut off on purpose, lab-7');
  assert.equal(row.context, 'node live faulty');
  assert.equal(nodeRow({ ...node, state: 'dead' }, job, undefined, faults).description, 'dead');
  assert.equal(
    nodeRow({ ...node, rank: 1 }, job, undefined, faults).description,
    'cut from node 2 · running',
  );
});

test('a job says how many faults it has while it runs', () => {
  const faults = { records: [], active: [{ fault: 'delay', ms: 5 }] } as const;
  const row = jobRow(job, 2000, faults);
  assert.equal(row.description, 'job-3 · 4 nodes · running, 1 fault on purpose');
  assert.match(row.tooltip, /delay of 5 ms between all nodes/);
  assert.equal(row.context, 'job running faulty');
  assert.equal(jobRow({ ...job, state: 'stopped' }, 2000, faults).context, 'job ended');
});

test('a node that is over does not show its last load', () => {
  assert.equal(nodeRow({ ...node, state: 'done' }, job, sample).description, 'done');
});

test('a node that was ended with its job is no alarm; the one that ended the job is', () => {
  const dead = { ...node, state: 'dead' as const };
  const error = { code: 'nodeLost' as const, message: 'lost', data: {} };
  assert.equal(nodeRow(dead, { ...job, state: 'stopped' }, undefined).color, undefined);
  assert.equal(
    nodeRow(dead, { ...job, state: 'failed', failure: { error, rank: 0 } }, undefined).color,
    undefined,
  );
  assert.equal(
    nodeRow(dead, { ...job, state: 'failed', failure: { error, rank: 2 } }, undefined).color,
    'charts.red',
  );
  assert.equal(nodeRow(dead, job, undefined).color, 'charts.red');
});

test('a job says how it ended, and where it failed', () => {
  const ended = { ...job, endedAtMs: 3100 };
  assert.equal(jobRow(job, 2000).description, 'job-3 · 4 nodes · running');
  assert.equal(
    jobRow({ ...ended, state: 'succeeded' }, 9999).description,
    'job-3 · 4 nodes · succeeded in 2.1 s',
  );
  const failure = {
    error: { code: 'programFailed' as const, message: 'TypeError: x is not a function\nmore', data: {} },
    rank: 2,
    at: { file: '/w/ring.ts', line: 3, column: 1 },
  };
  const row = jobRow({ ...ended, state: 'failed', failure }, 9999);
  assert.equal(
    row.description,
    'job-3 · 4 nodes · failed on node 2 after 2.1 s: TypeError: x is not a function',
  );
  assert.equal(row.context, 'job ended located');
});

test('a cluster and the status bar say how many nodes there are and what they do', () => {
  assert.equal(clusterRow('local', 4, true).description, '4 nodes · running');
  assert.equal(clusterRow('local', 0, true).description, 'idle');
  assert.equal(clusterRow('local', 0, false).context, 'cluster');
  assert.equal(statusText('local', 1, 'running'), 'local · 1 node · running');
  assert.equal(statusText('lab', undefined, ''), 'lab');
});

test('the row of a job tells who started its nodes', () => {
  const tooltip = (part: Partial<JobInfo>) => jobRow({ ...job, ...part }, 2000).tooltip;
  assert.match(tooltip({}), /^4 nodes of cluster local, transport auto$/m);
  const mpi = { cluster: 'mpi', transport: 'mpi' } as const;
  assert.match(tooltip(mpi), /^4 nodes of an MPI launcher, transport mpi$/m);
  const launcher = '/usr/bin/mpiexec.mpich';
  assert.match(tooltip({ ...mpi, launcher }), /^4 nodes of \/usr\/bin\/mpiexec\.mpich, transport mpi$/m);
});
