import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startLockstep } from './commandLine';
import { withCluster } from './withCluster';

/** Node 2 computes for ever, node 1 awaits a message, the others wait at a barrier that needs all four. */
const hang = `
const relax = () => { for (let x = 1; ; ) { x = Math.sqrt(x + 1);
  if (x < 0) return x; } };
if (world.rank === 2) relax();
if (world.rank === 1) await world.irecv(0, 5);
world.barrier();`;

describe('a roll call', () => {
  test('finds the line of a loop that V8 has replaced by faster code while it ran', () =>
    withCluster(async ({ start, client }) => {
      const job = await start(
        `\nlet turns = 0;\nif (world.rank === 1) while (turns >= 0) turns += 1;\nworld.barrier();`,
        2,
      );
      await Promise.all([job.state(0, 'blocked'), job.state(1, 'busy')]);
      const { text } = await client.request('rollCall', { job: job.id });
      assert.match(
        text,
        /^Node 1 computes at program1\.ts:3\.\nNode 0 waits in barrier at program1\.ts:4\.$/,
      );
      await job.stop();
    }));

  test('tells who computes where, who awaits what, and who waits, and stops nobody', () =>
    withCluster(async ({ start, client }) => {
      const job = await start(hang, 4);
      await Promise.all([job.state(0, 'blocked'), job.state(3, 'blocked'), job.state(2, 'busy')]);
      const { groups, text } = await client.request('rollCall', { job: job.id });
      assert.match(
        text,
        /^Node 2 computes at program1\.ts:[234]\.\nNode 1 awaits irecv\(source 0, tag 5\) at program1\.ts:5\.\nNodes 0, 3 wait in barrier at program1\.ts:6\.$/,
      );
      assert.deepEqual(
        groups.map(({ ranks }) => ranks),
        [[2], [1], [0, 3]],
      );
      const again = await client.request('rollCall', { job: job.id });
      assert.equal(again.groups.length, 3, 'it can be asked again');
      await job.stop();
      assert.equal((await client.request('rollCall', { job: job.id })).groups.length, 1);
    }));

  test('is what Ctrl+\\ asks for in the terminal, and the program goes on', () =>
    withCluster(async ({ write, workspace, runtimeFolder }) => {
      const program = write(`log('started'); ${hang}`);
      const command = startLockstep(['run', program, '--nodes', '3'], workspace, {
        XDG_RUNTIME_DIR: runtimeFolder,
      });
      await command.printed('[2] started');
      const answered = new Promise<string>((resolve) => {
        let said = '';
        command.child.stderr?.on('data', (text: string) => {
          said += text;
          if (/Node 2 computes/.test(said) && /Node 0 waits/.test(said)) resolve(said);
        });
      });
      const asking = setInterval(() => command.child.kill('SIGQUIT'), 500);
      await answered.finally(() => clearInterval(asking));
      command.child.kill('SIGINT');
      const { stderr } = await command.finished;
      assert.match(stderr, /Node 0 waits in barrier at program1\.ts:6/);
      assert.match(stderr, /The job was stopped/);
    }));
});
