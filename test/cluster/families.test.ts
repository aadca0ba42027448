/** What a program has started ends with its job, also where it has left the process group of its node. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countOf, isRunning } from './processes';
import { until } from './until';
import { withCluster } from './withCluster';

/** Nobody else sleeps for so long. */
let sleeps = 0;
const newSleep = () => `sleep ${100_000 + process.pid}.${(sleeps += 1)}`;

/** How a program starts it, and leaves it. */
const ways: [string, (command: string) => string][] = [
  [
    'a session of its own',
    (command) => `spawn('sh', ['-c', 'exec ${command}'], { detached: true, stdio: 'ignore' }).unref();`,
  ],
  [
    'a session of its own that keeps the output open',
    (command) => `spawn('sh', ['-c', 'exec ${command}'], { detached: true, stdio: 'inherit' }).unref();`,
  ],
  [
    'a daemon, whose parent is gone',
    (command) =>
      `spawnSync('sh', ['-c', 'setsid ${command} > /dev/null 2>&1 < /dev/null &'], { stdio: 'inherit' });`,
  ],
  [
    'a session of its own without the environment',
    (command) =>
      `spawn('/bin/sh', ['-c', 'exec ${command}'], { detached: true, stdio: 'ignore', env: { PATH: '/usr/bin:/bin' } }).unref();`,
  ],
];

describe('a process of a program that has', () => {
  for (const [name, way] of ways) {
    test(`${name} ends with the job, however that ends`, () =>
      withCluster(async ({ start, client, info }) => {
        for (const state of ['succeeded', 'stopped', 'failed'] as const) {
          const command = newSleep();
          const job = await start(
            `const { spawn, spawnSync } = require('node:child_process'); ${way(command)}
             log('spawned'); while (args[0] !== 'succeeded') world.iprobe(0, 1);`,
            1,
            { args: [state] },
          );
          await job.line('spawned');
          if (state !== 'succeeded') await until('it sleeps', () => countOf(command) === 1);
          if (state === 'stopped') await job.stop();
          if (state === 'failed') await client.request('killNode', { job: job.id, rank: 0 });
          assert.equal((await job.ended()).state, state);
          await until('nothing is left', () => countOf(command) === 0);
        }
        const command = newSleep();
        const job = await start(
          `const { spawn, spawnSync } = require('node:child_process'); ${way(command)} for (;;);`,
          1,
        );
        await until('it sleeps', () => countOf(command) === 1);
        assert.equal(job.size, 1);
        process.kill(info.pid, 'SIGKILL');
        await until('nothing is left after kill -9 of the coordinator', () => countOf(command) === 0);
      }));
  }

  test('become a daemon ends where its node and the coordinator are killed at the same time', () =>
    withCluster(async ({ start, info }) => {
      const command = newSleep();
      const job = await start(
        `require('node:child_process').spawnSync('sh', ['-c', 'setsid ${command} > /dev/null 2>&1 < /dev/null &']); for (;;);`,
        1,
      );
      await until('it sleeps', () => countOf(command) === 1);
      const all = [info.pid, ...(await job.pids())];
      for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const pid of all) process.kill(pid, signal);
      await until('nothing is left', () => !all.some(isRunning) && countOf(command) === 0);
    }));

  test('given up its mark ends where its node is killed from outside, with no time for its children', () =>
    withCluster(async ({ start, info }) => {
      const command = newSleep();
      const job = await start(
        `require('node:child_process').spawn('/bin/sh', ['-c', 'exec ${command}'],
           { detached: true, stdio: 'ignore', env: { PATH: '/usr/bin:/bin' } }).unref(); for (;;);`,
        1,
      );
      await until('it sleeps', () => countOf(command) === 1);
      for (const pid of await job.pids()) process.kill(pid, 'SIGSTOP');
      process.kill(info.pid, 'SIGKILL');
      await until('nothing is left', () => countOf(command) === 0);
    }));
});
