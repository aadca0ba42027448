import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startLockstep } from './commandLine';
import { cleared, root, withoutLeaks } from './leakCheck';
import { isRunning, processesWith, rssBytes, tcpListeners } from './processes';
import { assertSucceeded, programOf, withCluster } from './withCluster';
import { measured } from './measured';

/** The machine is shared: what has to be done within a time gets twice that before a test fails, and says what it took. */
const slack = 2;
const hello = join(root, 'samples', '01-hello', 'hello.ts');
const waits = `log('waits'); world.recv((world.rank + 1) % world.size, 1);`;
/** A program that neither ends nor stands still. */
const turns = `for (;;) { log('turns'); world.barrier(); const end = Date.now() + 100; while (Date.now() < end); }`;

describe('the life of a job', () => {
  test('hello: every node greets, and all are done', () =>
    withCluster(async ({ run }) => {
      const ended = await run(hello, 4);
      assertSucceeded(ended);
      const { job, info } = ended;
      assert.deepEqual(
        [0, 1, 2, 3].map((rank) => job.lines(rank)),
        [3, 0, 1, 2].map((left) => [`"Hello from node ${left}"`]),
      );
      assert.ok([0, 1, 2, 3].every((rank) => job.node(rank)?.state === 'done'));
      assert.ok((info.endedAtMs ?? 0) >= info.startedAtMs);
    }));

  test('a program that computes without end is busy within 2 s, and stopped within 1 s', () =>
    withCluster(async ({ start }) => {
      const job = await start(`log('computes'); for (;;);`, 2);
      const startedAt = Date.now();
      await Promise.all([job.line('computes', 0), job.line('computes', 1)]);
      await Promise.all([job.state(0, 'busy'), job.state(1, 'busy')]);
      const busyMs = Date.now() - startedAt;
      const stopAt = Date.now();
      const info = await job.stop();
      const stopMs = Date.now() - stopAt;
      measured(`busy after ${busyMs} ms, stopped after ${stopMs} ms`);
      assert.equal(info.state, 'stopped');
      assert.equal(info.failure?.error.code, 'stopped');
      assert.ok(busyMs <= 2000 * slack, `busy after ${busyMs} ms`);
      assert.ok(stopMs <= 1000 * slack, `stopped after ${stopMs} ms`);
    }));

  test('a node that is killed on request ends the job, and is named', () =>
    withCluster(async ({ start, client }) => {
      const job = await start(turns, 3);
      await job.line('turns', 2);
      const [, pid = 0] = await job.pids();
      await client.request('killNode', { job: job.id, rank: 1 });
      const info = await job.ended();
      assert.equal(info.failure?.error.code, 'nodeLost');
      assert.equal(info.failure.rank, 1);
      assert.match(info.failure.error.message, /Node 1 was lost: it was killed on request/);
      assert.equal(isRunning(pid), false);
      await assert.rejects(client.request('killNode', { job: job.id, rank: 3 }), { code: 'unknownNode' });
      await assert.rejects(client.request('killNode', { job: 'job-9', rank: 0 }), { code: 'unknownJob' });
    }));

  test('the processes of a program end with it, however the job ends', () =>
    withCluster(async ({ start, runtimeFolder }) => {
      const spawns = `const { spawn } = require('node:child_process'); spawn('sleep', ['1000'], { stdio: 'inherit' });`;
      const sleepers = () =>
        processesWith(runtimeFolder).filter(({ command }) => command === 'sleep 1000').length;
      const endings: [string, string][] = [
        ['succeeded', `${spawns} world.barrier();`],
        ['failed', `${spawns} world.barrier(); throw new Error('x');`],
        ['stopped', `${spawns} log('spawned'); for (;;);`],
      ];
      for (const [state, program] of endings) {
        const job = await start(program, 2);
        if (state === 'stopped') {
          await Promise.all([job.line('spawned', 0), job.line('spawned', 1)]);
          assert.equal(sleepers(), 2);
          await job.stop();
        }
        assert.equal((await job.ended()).state, state);
        assert.equal(sleepers(), 0, `after a job that ${state}`);
      }
    }));

  test('during a run nothing listens on TCP', () =>
    withCluster(async ({ start, runtimeFolder }) => {
      const job = await start(turns, 3);
      await job.line('turns', 2);
      const all = processesWith(runtimeFolder).map(({ pid }) => pid);
      assert.ok(all.length >= 4, `${all.length} processes`);
      assert.deepEqual(tcpListeners(all), []);
      await job.stop();
    }));

  test('a coordinator runs one job after the other, and several at a time', () =>
    withCluster(async ({ run, client }) => {
      for (let i = 0; i < 3; i += 1) assertSucceeded(await run(hello, 2));
      const both = await Promise.all([run(hello, 2), run(hello, 3)]);
      both.forEach(assertSucceeded);
      assert.equal((await client.request('jobs', {})).length, 5);
    }));
});

describe('kill -9 leaves nothing behind', () => {
  test('of the coordinator, while nodes block, compute and have children', () =>
    withCluster(async ({ start, info, client, runtimeFolder }) => {
      const closed = new Promise((resolve) => client.onClosed(resolve));
      const job = await start(
        `require('node:child_process').spawn('sleep', ['1000'], { stdio: 'inherit' }); log('is up'); if (world.rank === 0) for (;;); world.recv(0);`,
        3,
      );
      await Promise.all([0, 1, 2].map((rank) => job.line('is up', rank)));
      process.kill(info.pid, 'SIGKILL');
      measured(`nothing was left ${await cleared(runtimeFolder)} ms after kill -9 of the coordinator`);
      await closed;
    }));

  test('of the coordinator, while no job runs', () =>
    withCluster(async ({ info, runtimeFolder }) => {
      process.kill(info.pid, 'SIGKILL');
      measured(`nothing was left ${await cleared(runtimeFolder)} ms after kill -9 of an idle coordinator`);
    }));

  test('of a node', () =>
    withCluster(async ({ start }) => {
      const job = await start(turns, 3);
      await job.line('turns', 2);
      const pids = await job.pids();
      const killedAt = Date.now();
      process.kill(pids[1] ?? 0, 'SIGKILL');
      const info = await job.ended();
      measured(`the job ended ${Date.now() - killedAt} ms after kill -9 of a node`);
      assert.equal(info.failure?.error.code, 'nodeLost');
      assert.equal(info.failure.rank, 1);
      assert.match(info.failure.error.message, /Node 1 was lost: its process was killed by SIGKILL/);
      assert.ok(pids.every((pid) => !isRunning(pid)));
    }));

  test('of the client', () =>
    withoutLeaks(async (folder) => {
      const workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
      try {
        writeFileSync(join(workspace, 'turns.ts'), programOf(turns));
        const command = startLockstep(['run', 'turns.ts', '--nodes', '3'], workspace);
        await command.printed('turns');
        assert.ok(processesWith(folder).length >= 5);
        command.child.kill('SIGKILL');
        measured(`nothing was left ${await cleared(folder)} ms after kill -9 of the client`);
      } finally {
        rmSync(workspace, { recursive: true });
      }
    }));

  test('of all at the same time, once somebody starts the next cluster', async () => {
    await withoutLeaks(async (folder) => {
      const workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
      try {
        writeFileSync(join(workspace, 'turns.ts'), programOf(turns));
        const command = startLockstep(['run', 'turns.ts', '--nodes', '2'], workspace);
        await command.printed('turns');
        for (const { pid } of processesWith(folder)) process.kill(pid, 'SIGKILL');
        await command.finished;
        const next = startLockstep(['run', hello, '--nodes', '1'], workspace);
        assert.equal((await next.finished).code, 0);
        await cleared(folder);
      } finally {
        rmSync(workspace, { recursive: true });
      }
    });
  });
});

describe('many', () => {
  test('30 starts and stops of a cluster leave nothing', () =>
    withoutLeaks(async (folder) => {
      const workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
      try {
        writeFileSync(join(workspace, 'waits.ts'), programOf(waits));
        for (let i = 0; i < 30; i += 1) {
          // A third ends by itself, a third is interrupted in its run, a third on its way up.
          const command = startLockstep(['run', i % 3 === 0 ? hello : 'waits.ts', '--nodes', '2'], workspace);
          if (i % 3 === 1) await command.printed('waits');
          if (i % 3 === 2) await delay(30 * (i % 10));
          if (i % 3 !== 0) command.child.kill('SIGINT');
          await command.finished;
          await cleared(folder);
        }
      } finally {
        rmSync(workspace, { recursive: true });
      }
    }));

  test('64 nodes start, add up and stop, in at most 6 GiB', () =>
    withCluster(async ({ start, info, runtimeFolder }) => {
      const startedAt = Date.now();
      const job = await start(`log(world.allreduce(world.rank, SUM)); world.barrier(); world.barrier();`, 64);
      let most = 0;
      const ended = job.ended();
      for (let over = false; !over;) {
        over = await Promise.race([ended.then(() => true), delay(500).then(() => false)]);
        const all = processesWith(runtimeFolder).map(({ pid }) => pid);
        most = Math.max(
          most,
          [info.pid, ...all].reduce((sum, pid) => sum + rssBytes(pid), 0),
        );
      }
      assertSucceeded({ job, info: await ended });
      measured(`64 nodes: ${Date.now() - startedAt} ms, ${(most / 2 ** 30).toFixed(2)} GiB resident`);
      assert.deepEqual(job.lines(), new Array(64).fill('2016'));
      assert.ok(most <= 6 * 2 ** 30, `${most} bytes`);
    }));
});
