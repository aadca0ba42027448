import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskBoard } from '../protocol/tasks';
import { tasksText } from './tasksText';

const none = {
  waiting: 0,
  queued: 0,
  running: 0,
  failed: 0,
  cancelled: 0,
  retried: 0,
  lost: 0,
  fromJournal: 0,
};
const row = { name: 'part', taskJob: 'sort 1', phase: 'failed' as const, ranks: [1] };

const board: TaskBoard = {
  policy: 'work-stealing',
  jobs: [
    {
      id: 'sort 1',
      name: 'sort',
      ...none,
      total: 1000,
      done: 340,
      failed: 1002,
      queued: 656,
      running: 2,
      lost: 1,
    },
    { id: 'merge 2', name: 'merge', policy: 'least-load', ...none, total: 3, done: 3, fromJournal: 2 },
  ],
  furtherJobs: 0,
  nodes: [
    {
      rank: 1,
      queued: 656,
      runs: 3,
      running: [
        { id: 7, name: 'part', taskJob: 'sort 1', attempt: 2, forMs: 1234, progress: 0.5 },
        { id: 8, name: 'part', taskJob: 'sort 1', attempt: 1, forMs: 0, progress: 0 },
      ],
      cordoned: false,
    },
    { rank: 2, queued: 0, runs: 0, running: [], cordoned: true },
  ],
  failures: [
    { ...row, id: 9, attempts: 2, error: 'Task part #9 of sort failed: it broke' },
    { ...row, id: 5, attempts: 1 },
  ],
};

test('tasks are told as lines: jobs, nodes, failures', () => {
  assert.deepEqual(tasksText(board, 1000).split('\n'), [
    'sort: 340 of 1,000 done, 2 running, 656 queued, 1,002 failed, 1 lost with nodes',
    'merge: 3 of 3 done, 2 from the journal, by least-load',
    '',
    'Nodes, by work-stealing:',
    '  node 1 runs part #7 (2.2 s, 50 %, attempt 2), part #8 (1.0 s), and 1 more; 656 queued',
    '  node 2 is idle; 0 queued; takes no new tasks',
    '',
    'Failed, the newest first:',
    '  Task part #9 of sort failed: it broke',
    '  part #5',
    '  and 1,000 more',
  ]);
});

test('a driver that has handed in nothing says so', () => {
  const text = tasksText({ policy: 'random', jobs: [], furtherJobs: 0, nodes: [], failures: [] });
  assert.deepEqual(text.split('\n'), [
    'The driver has handed in no tasks so far.',
    '',
    'Nodes, by random:',
    '  none is there',
  ]);
});
