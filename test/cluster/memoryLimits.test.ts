/** Limits of memory, held by control groups where this machine lets its user make some, and by watching elsewhere. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ownPlace } from '../../runtime/core/controlGroup/place';
import { isRunning } from './processes';
import { until } from './until';
import { withCluster } from './withCluster';

const configuration = {
  default: 'small',
  clusters: { small: { type: 'local', nodes: 3, memoryMiB: 64 } },
};
const small = { cluster: 'small' };
/** Takes so many MiB outside of the heap. */
const takes = (mebibytes: number): string =>
  `const kept = []; for (let i = 0; i < ${mebibytes}; i += 1) kept.push(Buffer.alloc(1 << 20, 1));`;
const ofNodeOne = (body: string): string => `if (world.rank === 1) { ${body} } world.barrier();`;

/** Where this test itself can make a group with a limit of memory in version 1 of control groups; undefined elsewhere. */
function ownMemoryFolder(): string | undefined {
  const path = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(
    readFileSync('/proc/self/cgroup', 'utf8'),
  )?.[1];
  const folder = path === undefined ? '' : join('/sys/fs/cgroup/memory', path);
  const probe = join(folder, `probe-${process.pid}`);
  try {
    mkdirSync(probe);
    writeFileSync(join(probe, 'memory.limit_in_bytes'), String(2 ** 27));
    rmdirSync(probe);
    return folder;
  } catch {
    return undefined;
  }
}

/** The groups of a coordinator's nodes. */
const groupsOf = (folder: string, coordinator: number): string[] =>
  readdirSync(folder).filter((name) => name.startsWith(`lockstep-${coordinator}-`));

describe('memory of a node', () => {
  const folder = ownMemoryFolder();
  const heldBy = folder === undefined && 'reason' in ownPlace() ? 'watching' : 'controlGroup';
  const words = heldBy === 'watching' ? 'limit held by watching' : 'limit of its control group';
  const exceeded = new RegExp(
    `Node 1 was stopped: it used more than the 320 MiB .*\\(${words}: 64 MiB of heap and 256 MiB beside it\\).*"memoryMiB"`,
  );

  test(`is held by ${heldBy}, as the node says`, () =>
    withCluster(
      async ({ start, info }) => {
        const job = await start(`log('here'); world.recv((world.rank + 1) % world.size);`, 2, small);
        await job.line('here', 1);
        const limit = { limitMiB: 320, heldBy };
        assert.deepEqual(
          [0, 1].map((rank) => {
            const { limitMiB, heldBy } = job.node(rank)?.memoryLimit ?? {};
            return { limitMiB, heldBy };
          }),
          [limit, limit],
        );
        if (folder !== undefined) {
          const [, pid = 0] = await job.pids();
          assert.match(
            readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
            /:memory:.*\/lockstep-\d+-\d+\/job-1\/node-1$/m,
          );
          assert.equal(groupsOf(folder, info.pid).length, 1);
        }
        await job.stop();
      },
      { configuration },
    ));

  test('taken in an instant outside of the heap ends it, and says what held it', () =>
    withCluster(
      async ({ run }) => {
        const { info } = await run(ofNodeOne(`${takes(800)} log(kept.length); for (;;);`), 3, small);
        assert.equal(info.failure?.error.code, 'memoryExceeded', info.failure?.error.message);
        assert.equal(info.failure.rank, 1);
        assert.match(info.failure.error.message, exceeded);
      },
      { configuration },
    ));

  test('within the limit it goes on', () =>
    withCluster(
      async ({ run }) => {
        const { info } = await run(ofNodeOne(takes(100)), 3, small);
        assert.equal(info.state, 'succeeded', info.failure?.error.message);
      },
      { configuration },
    ));

  if (folder !== undefined) {
    test('of a child process counts', () =>
      withCluster(
        async ({ run }) => {
          const child = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(takes(800))}]);`;
          const { info } = await run(ofNodeOne(`${child} for (;;);`), 3, small);
          assert.match(info.failure?.error.message ?? '', exceeded);
        },
        { configuration },
      ));

    test('no group stays: of a job that ended, and of a coordinator that was killed', async () => {
      let coordinator = 0;
      await withCluster(
        async ({ run, start, info }) => {
          coordinator = info.pid;
          await run(`log('here');`, 2, small);
          await until('no group of the ended job was left', () => groupsOf(folder, coordinator).length === 0);
          const job = await start(`log('here'); world.recv((world.rank + 1) % world.size);`, 2, small);
          await job.line('here', 1);
          const pids = await job.pids();
          assert.equal(groupsOf(folder, coordinator).length, 1);
          process.kill(coordinator, 'SIGKILL');
          await until('the nodes had ended', () => !pids.some(isRunning));
        },
        { configuration },
      );
      await withCluster(async ({ run }) => void (await run(`log('here');`, 1)));
      assert.deepEqual(groupsOf(folder, coordinator), []);
    });
  }
});

test('in an allocation of Slurm no groups are made: the limit is held by watching, which says why', async () => {
  process.env['SLURM_JOB_ID'] = '1';
  try {
    await withCluster(
      async ({ run, recording }) => {
        const { info } = await run(ofNodeOne(`${takes(800)} for (;;);`), 3, small);
        assert.match(info.failure?.error.message ?? '', /more than the 320 MiB .*limit held by watching/);
        const limits = recording.events.flatMap(({ event }) =>
          event.type === 'nodeChanged' && event.node.memoryLimit ? [event.node.memoryLimit] : [],
        );
        assert.ok(limits.length > 0);
        assert.ok(limits.every(({ heldBy, reason }) => heldBy === 'watching' && /Slurm/.test(reason ?? '')));
      },
      { configuration },
    );
  } finally {
    delete process.env['SLURM_JOB_ID'];
  }
});
