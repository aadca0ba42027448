/** What a driver tells of its tasks, what it can be asked about them, and what others can do with them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { LockstepError } from '../../runtime/protocol/errors';
import { mostTasksListed, noNode } from '../../runtime/protocol/tasks';
import { lockstep } from './commandLine';
import { assertSucceeded, programs, withCluster } from './withCluster';

const program = join(programs, 'tasks.ts');

/** Told so often at most. */
const everyMs = 250;

const codeOf = (thrown: unknown): boolean | string => thrown instanceof LockstepError && thrown.code;

describe('the tasks of a program', () => {
  test('are counted, listed, explained, tried again and cancelled', () =>
    withCluster(async ({ client, start, workspace, runtimeFolder }) => {
      const running = await start(program, 3, { args: ['watched'] });
      const job = running.id;
      await running.line('begun', 0);
      const board = await running.board('all to stand', ({ jobs: [first] }) => first?.running === 2);
      const [watched] = board.jobs;
      assert.ok(watched);
      const counts = { total: 43, waiting: 1, queued: 38, running: 2, done: 0, failed: 2, cancelled: 0 };
      assert.deepEqual(watched, {
        id: 'watched 1',
        name: 'watched',
        retried: 0,
        lost: 0,
        fromJournal: 0,
        ...counts,
      });
      assert.deepEqual(
        board.nodes.map(({ rank, runs, running: [first] }) => [rank, runs, first?.name, first?.attempt]),
        [
          [1, 1, 'sleepy', 1],
          [2, 1, 'sleepy', 1],
        ],
      );
      assert.equal(
        board.nodes.reduce((sum, { queued }) => sum + queued, 0),
        38,
      );

      const list = (question: object) => client.request('tasks', { job, offset: 0, limit: 100, ...question });
      const runs = await list({ phase: 'running' });
      assert.deepEqual(
        runs.tasks.map(({ name, ranks, attempts }) => [name, ranks.length, attempts]),
        [
          ['sleepy', 1, 1],
          ['sleepy', 1, 1],
        ],
      );
      assert.match(runs.tasks[0]?.at?.file ?? '', /programs\/tasks\.ts$/);
      const [queue] = board.nodes;
      const all = await list({ phase: 'queued', rank: 1, taskJob: 'watched 1' });
      assert.equal(all.tasks.length, queue?.queued);
      const piece = await list({ phase: 'queued', rank: 1, offset: 2, limit: 3 });
      assert.deepEqual(
        [piece.tasks.map(({ id }) => id), piece.more],
        [all.tasks.slice(2, 5).map(({ id }) => id), true],
      );
      const waiting = await list({ phase: 'waiting' });
      assert.deepEqual(
        waiting.tasks.map(({ name, inputs }) => [name, inputs]),
        [['join', ['sleepy #42']]],
      );
      assert.deepEqual(await list({ taskJob: 'another' }), { tasks: [], more: false });

      const command = await lockstep(['tasks', job], workspace, { XDG_RUNTIME_DIR: runtimeFolder });
      assert.equal(command.code, 0, command.stderr);
      assert.match(
        command.stdout,
        /^watched: 0 of 43 done, 2 running, 38 queued, 1 waiting, 2 failed\n\nNodes, by work-stealing:\n {2}node 1 runs sleepy #\d+ \(\d+\.\d s\); \d+ queued\n[^]*\nFailed, the newest first:\n[^]*TypeError: attempt 1 fails\n/,
      );
      const json = await lockstep(['tasks', '--json'], workspace, { XDG_RUNTIME_DIR: runtimeFolder });
      assert.deepEqual((JSON.parse(json.stdout) as { jobs: unknown }).jobs, board.jobs);

      // The newest failure first.
      const failed = await list({ phase: 'failed' });
      assert.deepEqual(
        failed.tasks.map(({ id, name, attempts }) => [id, name, attempts]),
        [
          [2, 'join', 0],
          [1, 'failing', 1],
        ],
      );
      assert.match(failed.tasks[1]?.error ?? '', /failed on node [12] at .*: TypeError: attempt 1 fails$/);
      assert.deepEqual(board.failures, failed.tasks);

      const first = runs.tasks[0];
      assert.ok(first);
      const why = await client.request('explainTask', { job, task: first.id });
      assert.deepEqual([why.task.id, why.policy], [first.id, 'work-stealing']);
      const last = why.placements.at(-1);
      assert.deepEqual([last?.rank, last?.policy], [first.ranks[0], 'work-stealing']);
      assert.deepEqual(last?.candidates.map(({ rank }) => rank).sort(), [1, 2]);
      assert.ok(last.scoreMeaning.length > 0 && last.agoMs >= 0);
      await assert.rejects(
        client.request('explainTask', { job, task: 999 }),
        (e) => codeOf(e) === 'unknownTaskId',
      );

      // What failed for want of the first one's result is tried again with it.
      assert.deepEqual(await client.request('retryTasks', { job, task: 1 }), { changed: 2, refused: [] });
      const refused = await client.request('cancelTasks', { job, task: first.id });
      assert.deepEqual(refused, { changed: 1, refused: [] });
      const after = await running.board(
        'the tries',
        ({ jobs: [each] }) => each?.failed === 0 && each.queued < 39,
      );
      assert.equal(after.jobs[0]?.cancelled, 1);
      // All but those two.
      const rest = await client.request('cancelTasks', { job, taskJob: 'another' });
      assert.equal(rest.changed, 0);
      for (const phase of ['queued', 'running'] as const) {
        for (const { id, name } of (await list({ phase })).tasks) {
          if (name === 'sleepy') await client.request('cancelTasks', { job, task: id });
        }
      }
      assertSucceeded({ job: running, info: await running.ended() });
      assert.deepEqual(running.lines(0, 'log'), ['begun', 'taskCancelled', 'result 2 result 6790 done']);

      const end = running.boards().at(-1)?.board.jobs[0];
      const {
        waiting: none,
        queued,
        running: stillRunning,
        done,
        failed: failures,
        cancelled,
      } = end ?? watched;
      assert.deepEqual([none, queued, stillRunning, done, failures, cancelled], [0, 0, 0, 2, 0, 41]);
      assert.deepEqual(await list({ phase: 'failed' }), { tasks: [], more: false });
      await assert.rejects(client.request('explainTask', { job, task: 1 }), (e) => codeOf(e) === 'jobEnded');
    }));

  test('are told of a few times a second, however many there are', () =>
    withCluster(async ({ run }) => {
      const { job, info } = await run(program, 3, { args: ['graph', '1000', '1000'] });
      assertSucceeded({ job, info });
      const boards = job.boards();
      const lastedMs = (info.endedAtMs ?? NaN) - info.startedAtMs;
      assert.ok(boards.length <= 2 + lastedMs / everyMs, `${boards.length} in ${lastedMs} ms`);
      const last = boards.at(-1)?.board.jobs[0];
      assert.deepEqual([last?.total, last?.done, last?.running], [3001, 3001, 0]);
    }));

  test('are listed piece by piece, tried again and cancelled at once, where there are a hundred thousand', () =>
    withCluster(async ({ client, start }) => {
      const running = await start(program, 3, { args: ['many'] });
      const job = running.id;
      await running.line('begun', 0);
      const board = await running.board('all to wait', ({ jobs }) =>
        jobs.some(({ name, running: now, queued }) => name === 'endless' && now === 2 && queued === 99_998),
      );
      // What is told is a matter of jobs and nodes, and of the newest failures.
      const bytes = running.boards().map((each) => JSON.stringify(each.board).length);
      assert.ok(Math.max(...bytes) < 16_384, `${Math.max(...bytes)} bytes at a time`);
      const list = (question: object) => client.request('tasks', { job, offset: 0, limit: 1e6, ...question });
      const [queue] = board.nodes;
      const page = await list({ phase: 'queued', rank: queue?.rank });
      assert.deepEqual([page.tasks.length, page.more], [mostTasksListed, true]);
      assert.deepEqual(await list({ phase: 'queued', rank: noNode }), { tasks: [], more: false });
      const id = page.tasks[0]?.id ?? NaN;
      assert.equal((await client.request('explainTask', { job, task: id })).task.phase, 'queued');
      assert.equal((await client.request('cancelTasks', { job, task: id })).changed, 1);

      // The oldest failures are not kept, and that is said.
      const kept = { tasks: mostTasksListed, more: true, forgotten: 2000 };
      const failed = await list({ phase: 'failed', taskJob: 'failures 1' });
      assert.deepEqual({ ...failed, tasks: failed.tasks.length }, kept);
      const again = await client.request('retryTasks', { job, taskJob: 'failures 1' });
      assert.equal(again.changed, 10_000);
      assert.deepEqual(again.refused, ['2,000 that failed earlier: they are not kept any more']);

      const all = await client.request('cancelTasks', { job, taskJob: 'endless 3' });
      assert.equal(all.changed, 99_999);
      assertSucceeded({ job: running, info: await running.ended() });
      assert.deepEqual(running.lines(0, 'log'), ['begun', '100000']);
    }));

  test('are shown as they stood when the program failed', () =>
    withCluster(async ({ client, run }) => {
      const { job, info } = await run(program, 2, { args: ['badChoice'] });
      assert.equal(info.state, 'failed');
      assert.equal(job.boards().at(-1)?.board.jobs[0]?.name, 'bad');
      const { tasks } = (await client.request('jobs', {}))[0] ?? {};
      assert.equal(tasks?.board.jobs[0]?.total, 1);
    }));

  test('are not asked of a program that has none, or of a driver that does not come to it', () =>
    withCluster(async ({ client, start, run }) => {
      const { job } = await run('await world.barrier();', 2);
      const question = { offset: 0, limit: 10 };
      await assert.rejects(
        client.request('tasks', { job: job.id, ...question }),
        (e) => codeOf(e) === 'noTasks',
      );
      const busy = await start(program, 2, { args: ['blocks'] });
      await busy.line('computes', 0);
      await assert.rejects(
        client.request('tasks', { job: busy.id, ...question }),
        (e) => codeOf(e) === 'driverSilent',
      );
      await busy.stop();
    }));
});
