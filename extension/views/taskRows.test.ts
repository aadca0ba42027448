import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { noNode, type TaskBoard, type TaskJobInfo, type TaskRow } from '../../runtime/protocol/tasks';
import { explainText } from './explainText';
import {
  isQueues,
  queueElements,
  taskElementId,
  taskElements,
  taskGroupElements,
  taskJobElements,
  taskParent,
  tasksIn,
  withoutNode,
} from './taskElements';
import { moreTasksRow, taskGroupRow, taskJobRow, taskRow } from './taskRows';

const sort: TaskJobInfo = {
  id: 'sort 1',
  name: 'sort',
  total: 1000,
  waiting: 0,
  queued: 655,
  running: 2,
  done: 340,
  failed: 3,
  cancelled: 0,
  retried: 1,
  lost: 4,
  fromJournal: 0,
};
const board: TaskBoard = {
  policy: 'work-stealing',
  jobs: [sort],
  furtherJobs: 0,
  nodes: [1, 2].map((rank) => ({
    rank,
    queued: rank === 1 ? 655 : 0,
    runs: 1,
    running: [],
    cordoned: false,
  })),
  failures: [],
};
const task = (part: Partial<TaskRow>): TaskRow => ({
  id: 12,
  name: 'sort',
  taskJob: 'sort 1',
  phase: 'running',
  ranks: [2],
  attempts: 1,
  ...part,
});
const failed = { job: 'job-1', taskJob: 'sort 1', phase: 'failed' } as const;

describe('tasks in the tree', () => {
  test('lie in the groups that have some, those that are queued below their nodes', () => {
    assert.deepEqual(taskJobElements('job-1', undefined), []);
    assert.deepEqual(taskJobElements('job-1', board), [{ type: 'taskJob', job: 'job-1', taskJob: 'sort 1' }]);
    const groups = taskGroupElements('job-1', sort);
    assert.deepEqual(
      groups.map((group) => group.type === 'taskGroup' && [group.phase, isQueues(group)]),
      [
        ['running', false],
        ['queued', true],
        ['failed', false],
      ],
    );
    const queues = queueElements({ ...failed, phase: 'queued' }, board);
    assert.deepEqual(queues, [{ type: 'taskGroup', ...failed, phase: 'queued', rank: 1 }]);
    const [queue] = queues;
    assert.ok(queue);
    assert.deepEqual(taskParent(queue), { type: 'taskGroup', ...failed, phase: 'queued' });
  });

  test('say that there is more, that there is none, or why nothing newer is known', () => {
    const tasks = [task({ id: 1 }), task({ id: 2 })];
    const types = (...known: Parameters<typeof taskElements>): string[] =>
      taskElements(...known).map(({ type }) => type);
    assert.deepEqual(types(failed, { tasks, more: true }), ['task', 'task', 'moreTasks']);
    assert.deepEqual(types(failed, { tasks: [], more: false }), ['taskNote']);
    const silent = taskElements(failed, { tasks, more: false, problem: 'The driver does not answer.' });
    assert.deepEqual(silent[0], {
      type: 'taskNote',
      list: failed,
      job: 'job-1',
      text: 'The driver does not answer.',
    });
    assert.equal(new Set(silent.map(taskElementId)).size, 3);
  });

  test('that no node can run have a queue of their own', () => {
    const more = { ...board, jobs: [{ ...sort, queued: 700 }] };
    const queues = queueElements({ ...failed, phase: 'queued' }, more);
    assert.deepEqual(
      queues.map((queue) => queue.type === 'taskGroup' && queue.rank),
      [noNode, 1],
    );
    const queued = withoutNode(more);
    const list = { ...failed, phase: 'queued', rank: noNode } as const;
    const { label, description, tooltip } = taskGroupRow(list, sort, { queued, cordoned: false });
    assert.deepEqual([label, description], ['no node yet', '45 queued']);
    assert.match(tooltip, /; no node that is there can run them$/);
  });

  test('of a long list say how many more there are, those that are not listed and those that are not kept too', () => {
    const tasks = Array.from({ length: 500 }, (_, id) => task({ id }));
    const long = { ...board, jobs: [{ ...sort, failed: 100_000 }] };
    const total = tasksIn(failed, long);
    assert.equal(total, 100_000);
    assert.equal(tasksIn({ ...failed, rank: 1 }, long), undefined);
    const [first, last] = [taskElements(failed, { tasks, more: true })[0], moreTasksRow(500, total)];
    assert.equal(first?.type, 'task');
    assert.equal(last.label, '… and 99,500 more, which are not listed');
    assert.equal(last.context, 'taskNote');
    assert.equal(moreTasksRow(500, undefined).label, '… and more, which are not listed');
    const next = moreTasksRow(100, total);
    assert.deepEqual([next.label, next.description], ['Show more tasks', '99,900 more']);
    assert.equal(moreTasksRow(100, undefined).spoken, 'Show more tasks, 100 shown');
    const gone = taskElements(failed, { tasks, more: false, forgotten: 2000, problem: 'It computes.' });
    const notes = gone.filter((each) => each.type === 'taskNote');
    assert.deepEqual(
      notes.map(({ text }) => text),
      ['It computes.', '2,000 that failed earlier are not kept any more'],
    );
    assert.equal(new Set(gone.map(taskElementId)).size, 502);
  });

  test('are counted, and say what a screen reader needs', () => {
    const row = taskJobRow(sort);
    assert.deepEqual([row.label, row.description], ['sort', '340 of 1,000 · 3 failed']);
    assert.equal(row.spoken, 'tasks of sort, 340 of 1,000 done, 3 failed');
    assert.match(row.tooltip, /Run again because their node was lost: 4/);
    assert.equal(row.context, 'tasks open failed');
    const over = taskJobRow({ ...sort, queued: 0, running: 0, failed: 0 });
    assert.deepEqual([over.icon, over.context], ['pass', 'tasks']);
    const queue = taskGroupRow({ ...failed, phase: 'queued', rank: 1 }, sort, board.nodes[0]);
    assert.deepEqual([queue.label, queue.description], ['node 1', '655 queued']);
    assert.equal(taskGroupRow(failed, sort).spoken, 'Failed, 3 tasks');
  });

  test('say where they are, for how long, and why they failed', () => {
    const at = { file: '/w/sort.ts', line: 3, column: 1 };
    const running = taskRow(task({ forMs: 3000, progress: 0.5, attempts: 2, at }));
    assert.deepEqual(
      [running.label, running.description],
      ['sort #12', 'node 2 · for 3 s · 50 % · attempt 2'],
    );
    assert.equal(running.context, 'task open located');
    const broken = taskRow(
      task({ phase: 'failed', error: 'Task sort #12 failed: no room\nmore', reason: 'no room', forMs: 20 }),
    );
    assert.equal(broken.description, 'node 2 · no room');
    assert.equal(broken.context, 'task ended failed');
    assert.match(broken.tooltip, /Ran for: 20 ms\n\nTask sort #12 failed: no room\nmore$/);
    const known = taskRow(task({ phase: 'done', ranks: [], attempts: 0, fromJournal: true }));
    assert.equal(known.description, 'from the journal');
    assert.equal(known.tooltip, 'Task sort #12: done\nEnded in an earlier run; taken from the journal');
    const waiting = taskRow(task({ phase: 'waiting', ranks: [], inputs: ['sort #3', 'sort #4'] }));
    assert.equal(waiting.description, 'needs sort #3, sort #4');
  });

  test('are explained: each decision with its candidates and scores', () => {
    const text = explainText({
      task: task({}),
      policy: 'work-stealing',
      placements: [
        {
          agoMs: 4000,
          policy: 'least-load',
          rank: 10,
          reason: 'moved',
          from: 1,
          scoreMeaning: 'tasks waiting and running, for each processor',
          candidates: [
            { rank: 2, score: 3.25 },
            { rank: 10, score: 0 },
            { rank: 11, score: null },
          ],
        },
      ],
    });
    assert.match(
      text,
      /^# Task sort #12\n\nrunning, node 2, attempt 1\. The policy in force is work-stealing\./,
    );
    assert.match(text, /## 1\. It was moved to node 10 from node 1, 4 s ago/);
    assert.match(text, /Decided by least-load\. Scores, lower is better: tasks waiting and running/);
    assert.match(
      text,
      /\n {4}node 2 {12}3\.25\n {4}node 10 {14}0 {2}← chosen\n {4}node 11 {2}not looked at\n/,
    );
    assert.match(explainText({ task: task({}), policy: 'random', placements: [] }), /was not placed yet/);
    const known = task({ phase: 'done', ranks: [], attempts: 0, fromJournal: true });
    assert.match(
      explainText({ task: known, policy: 'random', placements: [] }),
      /\n\ndone, from the journal\. .*\n\nIt ended in an earlier run of the program.*it was placed nowhere\.\n$/,
    );
  });
});

test('a job of tasks with a policy of its own says so', () => {
  const { description, tooltip, spoken } = taskJobRow({ ...sort, failed: 0, policy: 'least-load' });
  assert.equal(description, '340 of 1,000 · by least-load');
  assert.match(String(tooltip), /^Placed by a policy of its own: least-load$/m);
  assert.equal(spoken, 'tasks of sort, 340 of 1,000 done, by least-load');
});
