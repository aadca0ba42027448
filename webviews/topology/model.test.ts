import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobInfo } from '../../runtime/protocol/job';
import type { ToTopology } from './contract';
import { initialTopology, reduceTopology, type TopologyState } from './model';
import { sumTraffic } from './traffic';

function job(id: string): JobInfo {
  return {
    id,
    program: '/p/ring.ts',
    cluster: 'local',
    size: 4,
    state: 'running',
    startedAtMs: 0,
    transport: 'socket',
    debugged: false,
  };
}

function loaded(...ids: string[]): TopologyState {
  const jobs = ids.map((id) => ({ job: job(id), nodes: [], traffic: [] }));
  return reduceTopology(initialTopology, { type: 'snapshot', jobs, clockStands: false }, 0);
}

test('a snapshot without jobs is known to be empty', () => {
  assert.equal(initialTopology.loaded, false);
  assert.equal(loaded().loaded, true);
  assert.equal(loaded().jobs.shown, undefined);
});

test('traffic adds to its job and to no other', () => {
  const edges = [{ source: 0, destination: 1, messages: 3, bytes: 30 }];
  const event = { type: 'traffic' as const, job: 'job-1', timeMs: 0, intervalMs: 500, edges };
  const state = reduceTopology(
    loaded('job-1', 'job-2'),
    { type: 'events', events: [event, event, { ...event, job: 'job-9' }] },
    0,
  );
  const sum = (id: string) => sumTraffic(state.traffic.get(id)?.values() ?? [], 0).messages;
  assert.deepEqual(['job-1', 'job-2', 'job-9'].map(sum), [6, 0, 0]);
});

test('the debugger moves the selection, also to another job', () => {
  const state = reduceTopology(
    loaded('job-1', 'job-2'),
    { type: 'focused', node: { job: 'job-1', rank: 3 } },
    0,
  );
  assert.deepEqual([state.jobs.shown, state.selected], ['job-1', 3]);
  const left = reduceTopology(state, { type: 'focused' }, 0);
  assert.deepEqual([left.focused, left.selected], [undefined, 3]);
});

test('another job starts without a selection', () => {
  const selected = reduceTopology(loaded('job-1', 'job-2'), { type: 'nodeSelected', rank: 2 }, 0);
  assert.equal(reduceTopology(selected, { type: 'jobPicked', job: 'job-1' }, 0).selected, undefined);
  const started = { type: 'jobChanged' as const, job: job('job-3') };
  const after = reduceTopology(selected, { type: 'events', events: [started] }, 0);
  assert.deepEqual([after.jobs.shown, after.selected], ['job-3', undefined]);
});

test('a job that is not known cannot be shown', () => {
  const state = loaded('job-1');
  assert.equal(reduceTopology(state, { type: 'showJob', job: 'job-9' }, 0), state);
});

test('a message of a kind that is not known changes nothing', () => {
  const state = loaded('job-1');
  assert.equal(reduceTopology(state, { type: 'other' } as unknown as ToTopology, 0), state);
});
