import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TaskRow } from '../../runtime/protocol/tasks';
import { TaskPages } from './taskPages';

const list = { job: 'job-1', taskJob: 'sort 1', phase: 'queued', rank: 1 } as const;
const row: TaskRow = { id: 1, name: 'sort', taskJob: 'sort 1', phase: 'queued', ranks: [1], attempts: 0 };

describe('lists of tasks', () => {
  test('are asked for once a second, however often they are looked at', async () => {
    let nowMs = 0;
    const limits: number[] = [];
    const pages = new TaskPages(
      (_, limit) => (limits.push(limit), Promise.resolve({ tasks: [row], more: true })),
      () => undefined,
      () => nowMs,
    );
    const first = await pages.get(list);
    assert.deepEqual(first, { tasks: [row], more: true });
    nowMs = 999;
    assert.equal(await pages.get(list), first);
    nowMs = 1000;
    await pages.get(list);
    pages.showMore(list);
    await pages.get(list);
    assert.deepEqual(limits, [100, 100, 200]);
    pages.dispose();
  });

  test('grow until no more is answered at a time', async () => {
    const limits: number[] = [];
    const pages = new TaskPages(
      (_, limit) => (limits.push(limit), Promise.resolve({ tasks: [row], more: true })),
      () => undefined,
    );
    await pages.get(list);
    for (let times = 0; times < 6; times += 1) {
      pages.showMore(list);
      await pages.get(list);
    }
    assert.deepEqual(limits, [100, 200, 300, 400, 500, 500, 500]);
    pages.dispose();
  });

  test('stay as they were while the driver does not answer, and say why', async () => {
    let nowMs = 0;
    let told = 0;
    const answers = [
      Promise.resolve({ tasks: [row], more: false }),
      Promise.reject(new Error('It computes.')),
    ];
    const pages = new TaskPages(
      () => answers.shift() ?? Promise.reject(new Error('no more')),
      () => (told += 1),
      () => nowMs,
    );
    await pages.get(list);
    pages.makeOld();
    assert.equal(told, 1);
    nowMs = 5000;
    assert.deepEqual(await pages.get(list), { tasks: [row], more: false, problem: 'It computes.' });
    pages.dispose();
  });
});
