import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JobInfo } from '../../runtime/protocol/job';
import { initialTimeline, reduceTimeline, type TimelineChoice, type TimelineState } from './model';
import type { ToTimeline } from './contract';
import { operationsEvent } from './testing/operationsEvent';

const job = (id: string): JobInfo => ({
  id,
  program: '/p.ts',
  cluster: 'local',
  size: 2,
  state: 'running',
  startedAtMs: 0,
  transport: 'shm',
  debugged: false,
});

const after = (...actions: (ToTimeline | TimelineChoice)[]): TimelineState =>
  actions.reduce((state, action) => reduceTimeline(state, action, 0), initialTimeline);

const event = operationsEvent(0, [{ name: 'send', beginMs: 1, endMs: 2 }]);
const snapshot: ToTimeline = {
  type: 'snapshot',
  jobs: [{ job: job('job-1'), nodes: [], operations: [event] }],
  clockStands: false,
};

describe('timeline model', () => {
  it('takes operations from the snapshot and from events', () => {
    const state = after(snapshot, { type: 'events', events: [event, { ...event, rank: 1 }] });
    assert.equal(state.recorded.get('job-1')?.store.length, 3);
    assert.equal(state.recorded.get('job-1')?.version, 2);
    assert.equal(state.jobs.shown, 'job-1');
  });

  it('keeps the operations of the newest jobs that were recorded', () => {
    const ids = ['job-2', 'job-3', 'job-4', 'job-5'];
    const state = after(snapshot, {
      type: 'events',
      events: ids.flatMap((id) => [
        { type: 'jobChanged' as const, job: job(id) },
        { ...event, job: id },
      ]),
    });
    assert.deepEqual([...state.recorded.keys()], ids.slice(-3));
    assert.equal(state.jobs.byId.size, 5);
  });

  it('ignores operations of jobs that it does not know', () => {
    const state = after(snapshot, { type: 'events', events: [{ ...event, job: 'job-9' }] });
    assert.deepEqual([...state.recorded.keys()], ['job-1']);
  });

  it('starts anew with another job, and comes back to the first one’s operations', () => {
    const chosen: TimelineChoice[] = [
      { type: 'operationSelected', place: 0 },
      { type: 'ranksTyped', ranks: '1' },
      { type: 'timePicked', shown: { type: 'piece', from: 0, to: 1 } },
    ];
    const next = {
      type: 'events',
      events: [{ type: 'jobChanged', job: { ...job('job-2'), startedAtMs: 5 } }],
    } as const;
    const state = after(snapshot, ...chosen, { ...next, events: [...next.events] });
    assert.deepEqual(
      [state.jobs.shown, state.selected, state.ranks, state.shown],
      ['job-2', undefined, '', { type: 'all' }],
    );
    const back = reduceTimeline(state, { type: 'jobPicked', job: 'job-1' }, 0);
    assert.equal(back.recorded.get('job-1')?.store.length, 1);
  });

  it('keeps display and selection while operations come', () => {
    const state = after(
      snapshot,
      { type: 'displayPicked', display: 'table' },
      { type: 'operationSelected', place: 0 },
      { type: 'events', events: [event] },
    );
    assert.deepEqual([state.display, state.selected], ['table', 0]);
  });
});
