/** Slurm's commands run on a login machine: this one has none that would find its controller. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { measured } from '../cluster/measured';
import { assertSucceeded, type Cluster, withCluster } from '../cluster/withCluster';
import { lineOf, program as dapProgram, withSession } from '../dap/dapSession';
import { eventually } from '../remote/commands';
import { type Proxy, startProxy } from '../remote/proxy';
import { type Sshd, startSshd } from '../remote/sshd';
import { queued, takeAllMachines } from './slurmDaemons';
import { lab, useSlurm } from './withSlurm';

const onLab = { cluster: 'lab' };
const hello = `log(world.allreduce(2 ** world.rank, SUM));`;

describe('a cluster of Slurm behind a login machine', () => {
  const daemons = useSlurm();
  let sshd: Sshd;
  let way: Proxy;

  before(async () => {
    sshd = await startSshd({
      env: { SLURM_CONF: daemons().configuration, SQUEUE_FORMAT: '%i', SLURM_JOB_ID: '7' },
    });
    way = await startProxy(sshd.port);
    sshd.configure([`Port ${way.port}`, `HostKeyAlias [127.0.0.1]:${sshd.port}`]);
  });
  after(async () => {
    way.close();
    await sshd.stop();
  });

  /** A cluster, started where Slurm's commands do not know where Slurm is. */
  async function withLogin(body: (cluster: Cluster) => Promise<void>, login = sshd): Promise<void> {
    const { configuration } = daemons();
    const behind = { ...lab, login: 'lab', configFile: login.configFile };
    delete process.env['SLURM_CONF'];
    try {
      await withCluster(
        async (cluster) => {
          process.env['SLURM_CONF'] = configuration;
          await body(cluster);
        },
        { configuration: { clusters: { lab: behind } } },
      );
    } finally {
      process.env['SLURM_CONF'] = configuration;
    }
    await eventually('the queue is empty', () => queued().length === 0);
  }

  const shown = ({ recording }: Cluster, reason: RegExp) =>
    recording.until(
      `a machine that is waited for, ${reason.source}`,
      () =>
        recording.events.flatMap(({ event }) =>
          event.type === 'hostChanged' &&
          event.host.state === 'waiting' &&
          reason.test(event.host.reason ?? '')
            ? [event.host.name]
            : [],
        )[0],
    );

  test('a program runs on the machines of its allocation, and twice', () =>
    withLogin(async (cluster) => {
      for (const size of [4, 2]) {
        const { job, info } = await cluster.run(hello, size, onLab);
        assertSucceeded({ job, info });
        const sum = String(2 ** size - 1);
        for (let rank = 0; rank < size; rank += 1) assert.deepEqual(job.lines(rank, 'log'), [sum]);
      }
      const [first] = await cluster.client.request('jobs', {});
      assert.deepEqual(
        first?.nodes.map(({ host }) => host),
        ['lab1', 'lab1', 'lab2', 'lab2'],
      );
      await shown(cluster, /^connecting to lab$/);
    }));

  test('breakpoints, and a pause in a call that waits', () =>
    withLogin(({ workspace }) =>
      withSession(async (session) => {
        const waits = join(workspace, 'waits.ts');
        copyFileSync(dapProgram('waits.ts'), waits);
        const line = lineOf(waits, 'world.recv<string>(1, 7)');
        const reached = session.stopped(1);
        await session.launch({
          program: waits,
          nodes: 2,
          cluster: 'lab',
          breakpoints: { [waits]: [{ line }] },
        });
        await reached;
        assert.equal(await session.lineAt(1), line);
        await session.request('continue', { threadId: 1 });
        await session.named(/^node 0 · blocked in recv\(source 1, tag 7\)$/);
        const stop = session.stopped(1);
        await session.request('pause', { threadId: 1 });
        const [stopped] = await stop;
        assert.deepEqual(
          [stopped?.reason, stopped?.description],
          ['pause', 'Paused in recv(source 1, tag 7)'],
        );
        const { id } = await session.top(1);
        assert.equal((await session.evaluate('state.rank', id)).result, '0');
      }),
    ));

  test('the queue is shown while it waits; given up, it leaves the queue', () =>
    withLogin(async (cluster) => {
      const free = takeAllMachines();
      const giveUp = new AbortController();
      const starting = cluster.client.request(
        'startJob',
        {
          program: cluster.write(hello),
          ...onLab,
          args: [],
          env: {},
          transport: 'auto',
          hold: false,
          stopOnEntry: false,
        },
        giveUp.signal,
      );
      await shown(cluster, /all machines that would do are in use \(Resources\)/);
      assert.equal(queued().length, 2);
      giveUp.abort();
      await assert.rejects(starting, { code: 'stopped' });
      await eventually('the job has left the queue', () => queued().length === 1);
      await free();
    }));

  test('when the connection breaks, what waits leaves the queue', () =>
    withLogin(async (cluster) => {
      const free = takeAllMachines();
      const starting = cluster.start(hello, 4, onLab);
      starting.catch(() => undefined);
      await shown(cluster, /Resources/);
      way.cut();
      const error = await starting.then(
        () => assert.fail('it started'),
        (reason: Error) => reason,
      );
      measured(error.message);
      assert.match(error.message, /^lab: the SSH connection was lost/);
      await eventually('the job has left the queue', () => queued().length === 1);
      await free();
    }));

  test('when the connection breaks, what runs ends, says so, and gives its machines back', () =>
    withLogin(async (cluster) => {
      const job = await cluster.start(`for (;;) world.barrier();`, 4, onLab);
      await job.state(3, 'running');
      way.cut();
      const { state, failure } = await job.ended();
      assert.equal(state, 'failed');
      measured(failure?.error.message ?? '');
      assert.match(failure?.error.message ?? '', /^lab: the SSH connection was lost/);
      await eventually('the queue is empty', () => queued().length === 0);
    }));

  test('a machine without Slurm is told by its name', async () => {
    const bare = await startSshd({ env: { PATH: join(sshd.directory, 'bin') } });
    try {
      mkdirSync(join(sshd.directory, 'bin'));
      symlinkSync('/bin/sh', join(sshd.directory, 'bin', 'sh'));
      await withLogin(
        ({ start }) =>
          assert.rejects(start(hello, 4, onLab), {
            code: 'slurmNotFound',
            message: /^Slurm's command salloc is not on the PATH of lab in a command over SSH\./,
          }),
        bare,
      );
    } finally {
      await bare.stop();
    }
  });
});
