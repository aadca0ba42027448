import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect, findJobs } from '../../runtime/client';
import { programs } from '../cluster/withCluster';
import { eventually } from '../remote/commands';
import { type Ended, families, type Family, launch, nodeOf, withoutMpiLeaks } from './mpiexec';
import { makeTwoMachines, type TwoMachines } from './twoMachines';

/** Gives `body` two machines; nothing may be left on either. */
async function onTwoMachines(body: (machines: TwoMachines, folder: string) => Promise<void>): Promise<void> {
  await withoutMpiLeaks(async (folder) => {
    const machines = makeTwoMachines(folder);
    try {
      await body(machines, folder);
      await eventually('the second machine is clean', () => machines.leftOnSecond().length === 0);
    } finally {
      machines.end();
    }
  });
}

/** Runs a program to its end, half of it on each machine. */
async function runOnTwo(family: Family, nodes: number, program: string): Promise<Ended> {
  let ended: Ended | undefined;
  await onTwoMachines(async ({ place }, folder) => {
    ended = await launch(family, nodes, nodeOf(program, folder), {}, place).ended;
  });
  return ended as Ended;
}

for (const family of families) {
  describe(`a program under ${family} on two machines`, () => {
    test('runs on both, which know each other by name; its output comes from both', async () => {
      const body = `
        const { hostname } = await import('node:os');
        const here = world.splitType('host');
        log(hostname(), here.size, world.allreduce(world.rank));`;
      const { code, stdout, stderr } = await runOnTwo(family, 4, body);
      assert.equal(code, 0, stderr);
      assert.deepEqual(stdout.trim().split('\n').sort(), [
        'first 2 6',
        'first 2 6',
        'second 2 6',
        'second 2 6',
      ]);
      assert.equal(stderr, '');
    });

    test('keeps the rules of the standard', async () => {
      const { code, stdout, stderr } = await runOnTwo(family, 3, join(programs, 'conformance.ts'));
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^\d+ rules hold$/m);
    });

    test('that fails on the second says the node and the line; a deadlock names the waits of both', async () => {
      const failed = await runOnTwo(
        family,
        2,
        `\nif (world.rank === 1) throw new Error('there');\nworld.barrier();`,
      );
      assert.equal(failed.code, 1);
      assert.match(failed.stderr, /node 1.*Error: there/i);
      assert.match(failed.stderr, /program\.ts:2/);
      const stuck = await runOnTwo(family, 2, `\nworld.recv(1 - world.rank, 3);`);
      assert.equal(stuck.code, 1);
      assert.match(stuck.stderr, /node 0 waits in recv\(source 1, tag 3\) at program\.ts:2/);
      assert.match(stuck.stderr, /node 1 waits in recv\(source 0, tag 3\) at program\.ts:2/);
    });

    test('is found and debugged from the first: its nodes are on both', () =>
      onTwoMachines(async ({ place }, folder) => {
        const body = `
if (world.rank === 0) log('there');
while (!(globalThis as { goOn?: boolean }).goOn) world.iprobe();
log('went on');`;
        const run = launch(family, 2, nodeOf(body, folder), {}, place);
        await run.printed('there');
        const [found] = await findJobs();
        assert.ok(found, 'no job was found');
        const client = await connect(found.runDirectory);
        const [{ nodes = [] } = {}] = await client.request('jobs', {});
        assert.deepEqual(
          nodes.map(({ host }) => host),
          ['first', 'second'],
        );
        // What its node has opened for MPI, the coordinator has inherited; a port of its own would be its alone.
        const { pid } = await client.request('info', {});
        const [program = '', ...words] = [...place.command, 'ss', '-ltnpH'];
        const listening = execFileSync(program, words, { encoding: 'utf8' }).split('\n');
        const has = (line: string, id: number | undefined) => line.includes(`pid=${id},`);
        const own = listening.filter((line) => has(line, pid) && !has(line, nodes[0]?.pid));
        assert.deepEqual(own, [], 'nobody is awaited any more');
        await client.request('attachDebugger', { job: found.job.id });
        for (const rank of [0, 1]) {
          client.sendCdp(found.job.id, rank, { id: 1, method: 'Runtime.enable' });
          client.sendCdp(found.job.id, rank, {
            id: 2,
            method: 'Runtime.evaluate',
            params: { expression: 'globalThis.goOn = true' },
          });
        }
        const { code, stdout, stderr } = await run.ended;
        client.dispose();
        assert.equal(code, 0, stderr);
        assert.equal(stdout.match(/went on/g)?.length, 2);
      }));
  });
}
