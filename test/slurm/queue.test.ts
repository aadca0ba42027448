/** Allocations that wait, are given up, are refused or are taken away. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { startLockstep } from '../cluster/commandLine';
import { cleared, withoutLeaks } from '../cluster/leakCheck';
import { isRunning } from '../cluster/processes';
import { assertSucceeded, type Cluster, programOf } from '../cluster/withCluster';
import { eventually } from '../remote/commands';
import { freePort } from '../remote/sshd';
import { queued, slurm, takeAllMachines } from './slurmDaemons';
import { killNow, lab, useSlurm, withLab } from './withSlurm';

const onLab = { cluster: 'lab' };
const hello = `log(world.allreduce(1, SUM));`;
const turns = `for (;;) world.barrier();`;

/** Waits until the queue is shown with a reason. */
const shownWaiting = ({ recording }: Cluster, reason: RegExp): Promise<string> =>
  recording.until(
    `a machine that is waited for, ${reason.source}`,
    () =>
      recording.events.flatMap(({ event }) =>
        event.type === 'hostChanged' && event.host.state === 'waiting' && reason.test(event.host.reason ?? '')
          ? [event.host.name]
          : [],
      )[0],
  );

/** The error with which a job does not start. */
async function refusal({ start }: Cluster, cluster: string, nodes: number) {
  const error = await start(hello, nodes, { cluster }).then(
    () => assert.fail('it started'),
    (reason: unknown) => reason as { code: string; message: string },
  );
  assert.doesNotMatch(error.message, /undefined|\n|\.\./);
  return error;
}

describe('an allocation', () => {
  const daemons = useSlurm();

  test('that has to wait says why, in words and in those of Slurm; then the program runs', () =>
    withLab(async (cluster) => {
      const free = takeAllMachines();
      const starting = cluster.start(hello, 4, onLab);
      const name = await shownWaiting(cluster, /all machines that would do are in use \(Resources\)/);
      assert.match(name, /^Slurm job \d+$/);
      await free();
      const job = await starting;
      assertSucceeded({ job, info: await job.ended() });
      const left = cluster.recording.events.findLast(
        ({ event }) => event.type === 'hostChanged' && event.host.name === name,
      );
      assert.equal(left?.event.type === 'hostChanged' && left.event.host.state, 'closed');
    }));

  test('that is given up while it waits leaves the queue', () =>
    withLab(async (cluster) => {
      const free = takeAllMachines();
      const giveUp = new AbortController();
      const program = cluster.write(hello);
      const starting = cluster.client.request(
        'startJob',
        { program, ...onLab, args: [], env: {}, transport: 'auto', hold: false, stopOnEntry: false },
        giveUp.signal,
      );
      await shownWaiting(cluster, /Resources/);
      assert.equal(queued().length, 2);
      giveUp.abort();
      await assert.rejects(starting, { code: 'stopped' });
      assert.equal(queued().length, 1);
      await free();
    }));

  test('that waits leaves the queue by Ctrl+C', () =>
    withoutLeaks(async (folder) => {
      const free = takeAllMachines();
      const files = { 'lockstep.json': JSON.stringify({ clusters: { lab } }), 'hello.ts': programOf(hello) };
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      const command = startLockstep(['run', 'hello.ts'], folder);
      await eventually('it waits', () => queued().length === 2);
      command.child.kill('SIGINT');
      const { code, stderr } = await command.finished;
      assert.equal(code, 1, stderr);
      assert.match(stderr, /The job was stopped\.\n$/);
      await eventually('it has left the queue', () => queued().length === 1);
      await free();
      for (const name of Object.keys(files)) rmSync(join(folder, name));
    }));

  test('that waits leaves the queue when its coordinator is killed', () =>
    withLab(async (cluster) => {
      const free = takeAllMachines();
      const starting = assert.rejects(cluster.start(hello, 4, onLab), { code: 'coordinatorLost' });
      await shownWaiting(cluster, /Resources/);
      killNow(cluster.info.pid);
      await starting;
      await eventually('it has left the queue', () => queued().length === 1);
      await free();
    }));

  const refused: [name: string, cluster: object, code: string, message: RegExp][] = [
    [
      'a partition that there is not',
      { partition: 'nope' },
      'slurmNoPartition',
      /nope.* Its partitions: all\. /,
    ],
    [
      'more machines than there are',
      { nodes: 5 },
      'slurmUnsatisfiable',
      /PartitionNodeLimit.* all has 2 machines /,
    ],
    ['a machine that there is not', { constraint: 'gpu' }, 'slurmUnsatisfiable', /Invalid feature/],
    [
      'more memory than there is',
      { options: ['--mem=9G'] },
      'slurmUnsatisfiable',
      /up to 4 processors, 1000 MiB/,
    ],
    [
      'more time than is allowed',
      { time: '5-0' },
      'slurmTimeLimit',
      /all allows 1:00:00; .* asks for 5-0\. Lower it/,
    ],
    ['an option that there is not', { options: ['--nope'] }, 'slurmRefused', /nope/],
  ];
  for (const [name, settings, code, message] of refused) {
    test(`for ${name} is refused`, () =>
      withLab(
        async (cluster) => {
          const { nodes = 1 } = settings as { nodes?: number };
          const error = await refusal(cluster, 'wrong', nodes);
          assert.equal(error.code, code);
          assert.match(error.message, message);
        },
        { wrong: { type: 'slurm', nodes: 1, ...settings } },
      ));
  }

  test('cannot be had where Slurm is not, or does not answer', () =>
    withLab(async (cluster) => {
      const program = cluster.write(hello);
      const configuration = readFileSync(daemons().configuration, 'utf8');
      const silent = join(cluster.workspace, 'slurm.conf');
      writeFileSync(silent, configuration.replace(/SlurmctldPort=.*/, `SlurmctldPort=${await freePort()}`));
      const run = (env: NodeJS.ProcessEnv) =>
        startLockstep(['run', program, '--cluster', 'lab'], cluster.workspace, env).finished;
      const [without, down] = await Promise.all([
        run({
          PATH:
            join(process.execPath, '..') === '/usr/bin' ? cluster.workspace : join(process.execPath, '..'),
        }),
        run({ SLURM_CONF: silent }),
      ]);
      assert.deepEqual([without.code, down.code], [3, 3]);
      assert.match(without.stderr, /salloc is not on the PATH .* login node/);
      assert.match(down.stderr, /Slurm does not answer: .*Unable to contact slurm controller/);
    }));

  test('that is cancelled by somebody else ends the job, with the reason', () =>
    withLab(async ({ start }) => {
      const job = await start(turns, 4, onLab);
      await job.state(3, 'running');
      const [number = ''] = queued();
      slurm('scancel', number);
      const info = await job.ended();
      assert.equal(info.state, 'failed');
      assert.equal(info.failure?.error.code, 'slurmEnded');
      assert.match(info.failure.error.message, /cancelled it with scancel \(CANCELLED\)/);
    }));

  test('whose time is over ends the job, with the reason', () =>
    withLab(async ({ start }) => {
      const job = await start(turns, 4, onLab);
      await job.state(3, 'running');
      const [number = ''] = queued();
      // Slurm looks at time limits twice a minute, and its shortest is one minute.
      slurm('scontrol', 'update', `JobId=${number}`, 'TimeLimit=1');
      slurm('scontrol', 'update', `JobId=${number}`, 'EndTime=now');
      const info = await job.ended();
      assert.equal(info.failure?.error.code, 'slurmEnded');
      assert.match(info.failure.error.message, /its time limit of .* was reached \(TIMEOUT\)\. .* "time" /);
    }));

  test('ends with its coordinator, however that ends', () =>
    withLab(async ({ start, info, client, runtimeFolder }) => {
      const job = await start(turns, 4, onLab);
      await job.state(3, 'running');
      assert.equal(queued().length, 1);
      const lost = new Promise((resolve) => client.onClosed(resolve));
      killNow(info.pid);
      await lost;
      // Its connections are closed a moment before it is gone.
      await eventually('the coordinator has ended', () => !isRunning(info.pid));
      await eventually('the allocation is gone', () => queued().length === 0);
      await cleared(runtimeFolder);
    }));
});
