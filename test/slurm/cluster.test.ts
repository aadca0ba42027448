/** Programs in an allocation of Slurm: two machines, two nodes on each. */
import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { childrenOf } from '../cluster/processes';
import { assertSucceeded, programs } from '../cluster/withCluster';
import { lineOf, program as dapProgram, withSession } from '../dap/dapSession';
import { root } from '../samples/runSample';
import { useSlurm, withLab } from './withSlurm';

const onLab = { cluster: 'lab' };
describe('a cluster that is an allocation of Slurm', () => {
  useSlurm();

  test('the flights rank as they do on one machine; each node has a rank where Slurm puts it', () =>
    withLab(async (cluster) => {
      const outputs: string[] = [];
      for (const options of [onLab, {}]) {
        const program = join(root, 'samples', '02-flights', 'pagerank.ts');
        const { job, info } = await cluster.run(program, 4, options);
        assertSucceeded({ job, info });
        const lines = await cluster.client.request('output', { job: info.id, rank: 0 });
        outputs.push(lines.map(({ text }) => text).join('\n'));
      }
      assert.match(outputs[0] ?? '', /1\. ATL/);
      assert.equal(outputs[0], outputs[1]);

      const ended = await cluster.run(
        `const { SLURM_PROCID, SLURM_LOCALID, SLURMD_NODENAME } = process.env; log(SLURM_PROCID, SLURM_LOCALID, SLURMD_NODENAME);`,
        3,
        onLab,
      );
      assertSucceeded(ended);
      const lines = [0, 1, 2].flatMap((each) => ended.job.lines(each, 'log'));
      assert.deepEqual(lines, ['0 0 lab1', '1 1 lab1', '2 0 lab2'], 'fewer nodes than the cluster has');
    }));

  test('what the first machine was sent is there for the second, and for the next start', () =>
    withLab(async ({ run, recording, workspace }) => {
      const program = join(workspace, 'new.ts');
      writeFileSync(
        program,
        `import { spmd } from 'lockstep'; export default spmd(({ log }) => log('${workspace}'));`,
      );
      const uploading = () =>
        recording.events.flatMap(({ event }) =>
          event.type === 'hostChanged' && event.host.state === 'uploading' ? [event.host.name] : [],
        );
      assertSucceeded(await run(program, 4, onLab));
      assert.deepEqual([...new Set(uploading())], ['lab1']);
      const first = uploading().length;
      assertSucceeded(await run(program, 4, onLab));
      assert.equal(uploading().length, first, 'nothing is sent again');
    }));

  test('some nodes here, some there', () =>
    withLab(
      async ({ run, client }) => {
        const { job, info } = await run(`log(world.allreduce(2 ** world.rank, SUM));`, 3, {
          cluster: 'mixed',
        });
        assertSucceeded({ job, info });
        const snapshots = await client.request('jobs', {});
        const hosts = snapshots.flatMap(({ nodes }) => nodes.map((node) => node.host));
        assert.deepEqual(hosts.slice(1), ['lab1', 'lab2']);
        assert.deepEqual(
          [0, 1, 2].flatMap((rank) => job.lines(rank, 'log')),
          ['7', '7', '7'],
        );
      },
      { mixed: { type: 'slurm', nodes: 2, localNodes: 1 } },
    ));

  test('a job of tasks has fewer nodes and as many again; an allocation takes no more, and it is said so', () =>
    withLab(async ({ start, client }) => {
      const program = join(programs, 'elastic.ts');
      const job = await start(program, 4, { ...onLab, args: ['until', '3', '4'] });
      await job.line('working', 0);
      await assert.rejects(client.request('scaleJob', { job: job.id, nodes: 5 }), {
        message: /^5 nodes do not fit the allocation of Slurm, which was made for 4 and keeps its size\./,
      });
      await client.request('scaleJob', { job: job.id, nodes: 3 });
      await job.line('has 3', 0);
      await client.request('scaleJob', { job: job.id, nodes: 4 });
      assertSucceeded({ job, info: await job.ended() });
      assert.equal(job.lines(0, 'log').at(-1), 'same true');
    }));

  test('a machine whose srun is killed is lost by name, and nothing waits for it', () =>
    withLab(async ({ start, info }) => {
      const job = await start(`for (;;) { log('turn'); world.barrier(); }`, 4, onLab);
      await job.line('turn', 3);
      const isRelay = ({ command }: { command: string }) =>
        /^srun .*--nodelist=lab2 .*relay\.js/.test(command);
      const [srun] = childrenOf(info.pid).filter(isRelay);
      assert.ok(srun, 'the srun of the second machine');
      process.kill(srun.pid, 'SIGKILL');
      const ended = await job.ended();
      assert.equal(ended.state, 'failed');
      assert.match(ended.failure?.error.message ?? '', /lab2/);
    }));

  test('breakpoints, steps and all run on, as on one machine', () =>
    withLab(({ workspace }) =>
      withSession(async (session) => {
        for (const name of ['ring.ts', 'walk.ts']) copyFileSync(dapProgram(name), join(workspace, name));
        const ring = join(workspace, 'ring.ts');
        const counted = lineOf(ring, 'rounds += 1');
        const stops = session.stopped(1, 2, 3, 4);
        await session.launch({
          program: ring,
          nodes: 4,
          cluster: 'lab',
          breakpoints: { [ring]: [{ line: counted }] },
        });
        await stops;
        const step = session.stopped(4);
        await session.request('next', { threadId: 4 });
        await step;
        assert.equal(await session.lineAt(4), lineOf(ring, 'walk.visit'));
        for (const thread of [1, 2, 3]) assert.equal(await session.lineAt(thread), counted);
        await session.setBreakpoints(ring, []);
        for (const threadId of [1, 2, 3, 4]) await session.request('continue', { threadId });
        assert.match(await session.ended(), /\[2\] from 2: 1 1 1, 3 steps, total 60/);
      }),
    ));
});
