/** The debug adapter on nodes of other machines: two real SSH servers, two nodes on each. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root } from '../cluster/leakCheck';
import { eventually, processesWith } from '../remote/commands';
import { childrenOf } from '../remote/sshd';
import { startTwoMachines, type TwoMachines } from '../remote/twoMachines';
import { attach, DapSession, lineOf, programs, withSession } from './dapSession';

const threads = [1, 2, 3, 4];

describe('nodes on two machines reached over SSH', () => {
  let machines: TwoMachines;
  let folder: string;
  let ring: string;
  let waits: string;
  let rounds: string;
  let counted: number;

  before(async () => {
    machines = await startTwoMachines();
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'lockstep-lab-')));
    for (const name of ['ring.ts', 'walk.ts', 'waits.ts', 'rounds.ts', 'growing.ts'])
      copyFileSync(join(programs, name), join(folder, name));
    writeFileSync(join(folder, 'lockstep.json'), JSON.stringify({ clusters: { lab: machines.cluster } }));
    ring = join(folder, 'ring.ts');
    waits = join(folder, 'waits.ts');
    rounds = join(folder, 'rounds.ts');
    counted = lineOf(ring, 'rounds += 1');
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await machines.stop();
  });

  const onLab = { cluster: 'lab', nodes: 4 };

  /** Ranks of the node that stands in each of the threads, as its program knows it. */
  const ranksOf = async (session: DapSession): Promise<string[]> =>
    Promise.all(
      threads.map(
        async (thread) => (await session.evaluate('world.rank', (await session.top(thread)).id)).result,
      ),
    );

  test('a breakpoint holds on all four; one is stepped alone, all are stepped together', () =>
    withSession(async (session) => {
      const stops = session.stopped(...threads);
      const set = await session.launch({
        program: ring,
        ...onLab,
        breakpoints: { [ring]: [{ line: counted }] },
      });
      assert.deepEqual(
        set.map(({ verified, line }) => [verified, line]),
        [[true, counted]],
      );
      for (const { hitBreakpointIds, reason } of await stops) {
        assert.deepEqual([hitBreakpointIds, reason], [[set[0]?.id], 'breakpoint']);
      }
      assert.deepEqual(await ranksOf(session), ['0', '1', '2', '3']);

      const alone = session.stopped(3);
      await session.request('next', { threadId: 3 });
      await alone;
      const next = lineOf(ring, 'walk.visit');
      assert.deepEqual(await Promise.all(threads.map((thread) => session.lineAt(thread))), [
        counted,
        counted,
        next,
        counted,
      ]);

      const together = session.stopped(...threads);
      await session.request('lockstep/step', { threadId: 3, kind: 'next', scope: 'together' });
      await together;
      const lines = await Promise.all(threads.map((thread) => session.lineAt(thread)));
      assert.deepEqual([lines[0], lines[1], lines[3]], [next, next, next]);
      assert.notEqual(lines[2], next);

      await session.setBreakpoints(ring, []);
      await session.request('lockstep/continueAll', {});
      assert.match(await session.ended(), /\[3\] from 3: 2 2 2, 3 steps, total 60 in 3 rounds/);
    }));

  test('a condition with a set of ranks stops one node on each machine', () =>
    withSession(async (session) => {
      const stops = session.stopped(2, 3);
      const condition = '@1-2 && round === 1';
      await session.launch({
        program: ring,
        ...onLab,
        breakpoints: { [ring]: [{ line: counted, condition }] },
      });
      await stops;
      const stopped = session.events.filter(({ event }) => event === 'stopped');
      assert.deepEqual(stopped.map(({ body }) => body['threadId']).sort(), [2, 3]);
      const { id } = await session.top(3);
      assert.deepEqual(
        [await session.evaluate('round', id), await session.evaluate('received.from', id)].map(
          ({ result }) => result,
        ),
        ['1', '1'],
      );
      await session.setBreakpoints(ring, []);
      await session.request('lockstep/continueAll', {});
      await session.ended();
    }));

  test('a node that blocks in recv is paused with its locals, goes on, and one is terminated by its name', () =>
    withSession(async (session) => {
      await session.launch({ program: waits, ...onLab });
      await session.named(/^node 3 · blocked in recv\(source 1, tag 7\)$/);
      await session.named(/^node 0 · blocked/);
      const stop = session.stopped(1);
      await session.request('pause', { threadId: 1 });
      const [stopped] = await stop;
      assert.equal(stopped?.description, 'Paused in recv(source 1, tag 7)');
      const frame = await session.top(1);
      assert.equal(frame.line, lineOf(waits, 'world.recv<string>(1, 7)'));
      const scopes = await session.scopes(frame.id);
      const wanted = scopes.get('Block')?.variables.find(({ name }) => name === 'wanted');
      assert.equal(wanted?.value, "'a greeting'");
      await session.request('continue', { threadId: 1 });
      await session.named(/^node 0 · blocked/);
      await session.request('terminateThreads', { threadIds: [4] });
      await session.ended();
      assert.match(session.output('stderr'), /Node 3 was lost/);
    }));

  test('a node that joins on another machine stops at the breakpoint that waited for it', () =>
    withSession(async (session) => {
      const growing = join(folder, 'growing.ts');
      const line = lineOf(growing, 'const square');
      const stops = session.stopped(3, 4);
      await session.launch({
        program: growing,
        cluster: 'lab',
        nodes: 2,
        breakpoints: { [growing]: [{ line, condition: '@2-3' }] },
      });
      for (const { threadId } of await stops) {
        const frame = await session.top(threadId as number);
        assert.deepEqual([frame.source?.path, frame.line], [growing, line]);
      }
      await session.setBreakpoints(growing, []);
      await session.request('lockstep/continueAll', {});
      assert.match(await session.ended(), /\[0\] 4 nodes, the sum is 167480\n/);
      assert.equal(session.output('stderr'), '');
    }));

  test('a session that leaves lets the job go on; a second one has its breakpoints on all machines', () =>
    withSession(async (session) => {
      const cli = join(root, 'dist', 'cli.js');
      const words = ['run', rounds, '--cluster', 'lab', '--nodes', '4'];
      const job = spawn(process.execPath, [cli, ...words], { cwd: folder, stdio: 'ignore' });
      const ended = new Promise((resolve) => job.once('exit', resolve));
      const line = lineOf(rounds, 'Atomics.wait(');

      /** Stops all nodes at the line; answers the rounds that they are in. */
      const stopAll = async (attached: DapSession): Promise<number[]> => {
        const stops = attached.stopped(...threads);
        const [breakpoint] = await attached.setBreakpoints(rounds, [{ line }]);
        assert.equal(breakpoint?.verified, true);
        await stops;
        assert.deepEqual(await ranksOf(attached), ['0', '1', '2', '3']);
        const frames = await Promise.all(threads.map((thread) => attached.top(thread)));
        const values = await Promise.all(frames.map(({ id }) => attached.evaluate('round', id)));
        return values.map(({ result }) => Number(result));
      };
      let before: number[] = [];
      await withAttached(async (first) => {
        before = await stopAll(first);
      });
      await attach(session, 4);
      const after = await stopAll(session);
      for (const [rank, round] of after.entries())
        assert.ok(round > (before[rank] ?? Infinity), `node ${rank}: ${before[rank]}, then ${round}`);
      await session.disconnect({ terminateDebuggee: true });
      await ended;
    }));

  test('a link that breaks at a breakpoint is mended, and debugging goes on where it was', () =>
    withSession(async (session) => {
      const stops = session.stopped(...threads);
      await session.launch({ program: ring, ...onLab, breakpoints: { [ring]: [{ line: counted }] } });
      await stops;
      for (const pid of childrenOf(machines.second.pid)) process.kill(pid, 'SIGKILL');
      // Whatever is asked meanwhile is answered once the machine is back.
      assert.deepEqual(await ranksOf(session), ['0', '1', '2', '3']);
      const again = session.stopped(...threads);
      await session.request('lockstep/continueAll', {});
      await again;
      await session.setBreakpoints(ring, []);
      await session.request('lockstep/continueAll', {});
      assert.match(await session.ended(), /\[3\] from 3: 2 2 2, 3 steps, total 60 in 3 rounds/);
    }));

  test('a machine that stays away while its nodes stand at a breakpoint ends the session by its name', () =>
    withSession(async (session) => {
      const stops = session.stopped(...threads);
      await session.launch({ program: ring, ...onLab, breakpoints: { [ring]: [{ line: counted }] } });
      await stops;
      const { home } = machines.second;
      await machines.second.stop(true);
      await session.ended();
      assert.match(session.output('stderr'), /lab2/);
      await eventually('nothing is left there', () => processesWith(home).length === 0, 20_000);
    }));
});

/** Attaches a session of its own to the running job, and leaves the job to itself. */
async function withAttached(body: (session: DapSession) => Promise<void>): Promise<void> {
  const session = new DapSession();
  try {
    await attach(session, 4);
    await body(session);
    await session.disconnect();
  } finally {
    session.kill();
  }
}
