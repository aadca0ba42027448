import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect, findJobs } from '../../runtime/client';
import { eventually } from '../remote/commands';
import { families, launch, nodeOf, withoutMpiLeaks } from './mpiexec';

describe('a run under mpiexec that is looked at', () => {
  for (const family of families) {
    test(`${family}: it is found; a node that waits in the library is paused, read, and goes on`, () =>
      withoutMpiLeaks(async (folder) => {
        const body = `
if (world.rank === 1) {
  log('waiting');
  const got = world.recv<string>(0, 3);
  log('got', got);
} else {
  while (!(globalThis as { goOn?: boolean }).goOn) world.iprobe(1);
  world.send('the word', 1, 3);
}`;
        const run = launch(family, 2, nodeOf(body, folder));
        await run.printed('waiting');
        const [found] = await findJobs();
        assert.ok(found, 'no job was found');
        assert.deepEqual([found.job.size, found.job.transport, found.job.state], [2, 'mpi', 'running']);
        const client = await connect(found.runDirectory);
        const job = found.job.id;
        const paused = new Set<number>();
        client.onCdp(({ rank, message }) => {
          if ('method' in message && message.method === 'Debugger.paused') paused.add(rank);
        });
        await client.request('attachDebugger', { job });
        const ask = (rank: number, id: number, method: string, params = {}) =>
          client.sendCdp(job, rank, { id, method, params });
        ask(1, 1, 'Debugger.enable');
        ask(1, 2, 'Debugger.pause');
        await eventually('node 1 is paused in its recv', () => paused.has(1));
        ask(1, 3, 'Debugger.resume');
        ask(0, 4, 'Runtime.enable');
        ask(0, 5, 'Runtime.evaluate', { expression: 'globalThis.goOn = true' });
        const { code, stdout, stderr } = await run.ended;
        client.dispose();
        assert.equal(code, 0, stderr);
        assert.match(stdout, /^got the word$/m);
      }));
  }
});
