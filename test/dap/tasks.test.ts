import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { programs } from '../cluster/withCluster';
import { lineOf, program, withSession } from './dapSession';

const squares = program('squares.ts');
const growing = program('growing.ts');

test('a breakpoint in a task stops the node that runs it; the driver shows its await; no time runs out meanwhile', () =>
  withSession(async (session) => {
    const stopped = session.next('stopped');
    const breakpoints = { [squares]: [{ line: lineOf(squares, 'return squared'), condition: 'x === 3' }] };
    await session.launch({ program: squares, nodes: 3, breakpoints });
    const { threadId, reason } = await stopped;
    assert.equal(reason, 'breakpoint');
    const thread = threadId as number;
    assert.ok(thread === 2 || thread === 3, `thread ${thread}`);
    const frame = await session.top(thread);
    assert.deepEqual([frame.source?.name, frame.line], ['squares.ts', lineOf(squares, 'return squared')]);
    assert.equal((await session.evaluate('squared', frame.id)).result, '9');

    // Every thread says what its node does: the task, the next one, the await.
    const other = 5 - thread;
    await session.named(new RegExp(`^node ${thread - 1} · task square #1$`));
    await session.named(new RegExp(`^node ${other - 1} · waits for a task$`));
    await session.named(/^node 0 · awaits task square #1$/);

    const pauses = session.stopped(1, other);
    await session.request('pause', { threadId: 1 });
    await session.request('pause', { threadId: other });
    await pauses;
    const [awaited] = await session.stack(1);
    assert.deepEqual(
      [awaited?.name, awaited?.source?.name, awaited?.line],
      ['await of task square #1', 'squares.ts', lineOf(squares, 'const first = await')],
    );

    // Longer than the task may run: the cluster's clock stands.
    await delay(5000);
    await session.request('lockstep/continueAll', {});
    const output = await session.ended();
    assert.match(output, /\[0\] first 9\n[^]*\[0\] others 16,25\n/);
    assert.equal(session.output('stderr'), '');
  }));

test('a node that joins a running job is a thread, and stops at the breakpoints that there were before it', () =>
  withSession(async (session) => {
    const line = lineOf(growing, 'const square');
    const stops = session.stopped(3, 4);
    const [pending] = await session.launch({
      program: growing,
      nodes: 2,
      breakpoints: { [growing]: [{ line, condition: '@2-3' }] },
    });
    assert.equal(pending?.message, 'This job has no such node: its ranks are 0 to 1.');
    for (const { threadId, reason } of await stops) {
      assert.equal(reason, 'breakpoint');
      const frame = await session.top(threadId as number);
      assert.deepEqual([frame.source?.name, frame.line], ['growing.ts', line]);
      assert.match((await session.evaluate('turn', frame.id)).result, /^\d+$/);
    }
    await session.setBreakpoints(growing, []);
    await session.request('lockstep/continueAll', {});
    assert.match(await session.ended(), /\[0\] 4 nodes, the sum is 167480\n/);
    assert.equal(session.output('stderr'), '');
  }));

test('a program of tasks that has failed goes on from the journal of its launch configuration', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  const args = [join(folder, 'runs.txt'), 'throw'];
  const configuration = {
    program: join(programs, 'journaled.ts'),
    nodes: 3,
    journal: join(folder, 'kept'),
    args,
  };
  const run = async (): Promise<string> => {
    const told: string[] = [];
    await withSession(async (session) => {
      await session.launch({ ...configuration, noDebug: true });
      await session.ended();
      told.push(session.output('stdout'), session.output('console'), session.output('stderr'));
    });
    return told.join('\n');
  };
  try {
    assert.match(await run(), /the driver gives up/);
    const told = await run();
    assert.match(told, /Goes on from the journal in .*kept: \d+ tasks had ended/);
    assert.match(told, /"ended":65/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
