import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { withCluster } from './withCluster';
import { measured } from './measured';

/** The machine is shared: upper bounds are doubled before a test fails, and what was measured is printed. */
const slack = 2;
const turns = `for (;;) { log('turns'); world.barrier(); const end = Date.now() + 100; while (Date.now() < end); }`;

describe('a node whose process stands still', () => {
  test('for 1.5 s is never dead, however often', () =>
    withCluster(async ({ start }) => {
      const job = await start(turns, 3);
      await job.line('turns', 2);
      const [, pid = 0] = await job.pids();
      for (let i = 0; i < 3; i += 1) {
        process.kill(pid, 'SIGSTOP');
        await delay(1500);
        process.kill(pid, 'SIGCONT');
        const before = job.lines(1).length;
        while (job.lines(1).length === before) await delay(20);
      }
      assert.ok(job.history(1).every(({ node }) => node.state !== 'dead'));
      assert.equal((await job.stop()).state, 'stopped');
    }));

  test('for good is suspect after 2 to 3 s and dead after 5 to 6.5 s; the job says so, and ends', () =>
    withCluster(async ({ start }) => {
      const job = await start(turns, 3);
      await job.line('turns', 2);
      const [, pid = 0] = await job.pids();
      process.kill(pid, 'SIGSTOP');
      const stoppedAt = Date.now();
      const suspectMs = (await job.state(1, 'suspect')).atMs - stoppedAt;
      const dead = await job.state(1, 'dead');
      const deadMs = dead.atMs - stoppedAt;
      measured(`suspect after ${suspectMs} ms, dead after ${deadMs} ms`);
      // Its last sign of life is at most one heartbeat old when it is stopped.
      assert.ok(suspectMs >= 1400 && suspectMs <= 3000 * slack, `suspect after ${suspectMs} ms`);
      assert.ok(deadMs >= 4400 && deadMs <= 6500 * slack, `dead after ${deadMs} ms`);
      assert.match(dead.node.reason ?? '', /silent for 5 s/);
      const info = await job.ended();
      assert.equal(info.failure?.error.code, 'nodeLost');
      assert.equal(info.failure.rank, 1);
      assert.match(info.failure.error.message, /Node 1 was lost: it was silent for 5 s/);
    }));

  test('comes back from suspicion', () =>
    withCluster(async ({ start }) => {
      const job = await start(turns, 2);
      await job.line('turns', 1);
      const [pid = 0] = await job.pids();
      process.kill(pid, 'SIGSTOP');
      await job.state(0, 'suspect');
      process.kill(pid, 'SIGCONT');
      await job.state(0, 'running');
      await job.stop();
    }));

  test('before it has proved itself does not keep the job waiting for ever', () =>
    withCluster(async ({ start, recording }) => {
      const job = await start(turns, 2);
      const pid = await recording.until('a process id', () => job.node(1)?.pid || undefined);
      process.kill(pid, 'SIGSTOP');
      const info = await job.ended();
      assert.equal(info.state, 'failed');
      assert.equal(info.failure?.rank, 1);
    }));
});

describe('a coordinator that stands still', () => {
  test('for 6 s blames no node for the time in which it could not listen', () =>
    withCluster(async ({ start, info }) => {
      const job = await start(turns, 2);
      await job.line('turns', 1);
      process.kill(info.pid, 'SIGSTOP');
      await delay(6000);
      process.kill(info.pid, 'SIGCONT');
      const before = job.lines(1).length;
      while (job.lines(1).length <= before) await delay(20);
      await delay(1500);
      for (const rank of [0, 1]) {
        assert.deepEqual(
          job.history(rank).filter(({ node }) => node.state === 'dead' || node.state === 'suspect'),
          [],
        );
      }
      await job.stop();
    }));
});
