import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type DapSession, lineOf, program, withSession } from './dapSession';

const waits = program('waits.ts');
const nodes = 3;
const threads = [1, 2, 3];

/** Launches up to `configurationDone`, with what is asked in between. */
async function launchAnd(
  session: DapSession,
  { starting, attached }: { starting?: () => Promise<unknown>; attached?: () => Promise<unknown> },
  path = waits,
): Promise<void> {
  await session.initialize();
  const initialized = session.next('initialized');
  const launched = session.request('launch', { program: path, nodes });
  await starting?.();
  await launched;
  await initialized;
  await attached?.();
  await session.request('configurationDone');
}

/** Every node stands on the first line of the program. */
async function allEntered(session: DapSession, stops: ReturnType<DapSession['stopped']>): Promise<void> {
  for (const { reason } of await stops) assert.equal(reason, 'entry');
  for (const thread of threads) assert.equal(await session.lineAt(thread), lineOf(waits, 'const state'));
}

describe('pausing all nodes while they start', () => {
  test('before there is a job: each stops on its first line, and can step', () =>
    withSession(async (session) => {
      const stops = session.stopped(...threads);
      await launchAnd(session, { starting: () => session.request('lockstep/pauseAll', {}) });
      await allEntered(session, stops);
      const next = session.stopped(2);
      await session.request('next', { threadId: 2 });
      await next;
      assert.equal(await session.lineAt(2), lineOf(waits, 'if (world.rank === 0)'));
    }));

  test('while they join: those that come later stop too; all go on together', () =>
    withSession(async (session) => {
      const stops = session.stopped(...threads);
      await launchAnd(session, { attached: () => session.request('lockstep/pauseAll', {}) });
      await allEntered(session, stops);
      await session.request('lockstep/continueAll', {});
      await session.named(/^node 0 · blocked/);
      await session.named(/^node 1 · busy/);
    }));

  test('who lets all go on meanwhile has taken it back', () =>
    withSession(async (session) => {
      await launchAnd(session, {
        starting: () => session.request('lockstep/pauseAll', {}),
        attached: () => session.request('lockstep/continueAll', {}),
      });
      await session.named(/^node 0 · blocked/);
      await session.named(/^node 1 · busy/);
      assert.equal(session.events.filter(({ event }) => event === 'stopped').length, 0);
    }));

  test('one that stands before the program stops on its first line, and no other', () =>
    withSession(async (session) => {
      const stop = session.next('stopped');
      await launchAnd(session, {
        async attached() {
          await session.threadsThat((names) => names.length === nodes);
          await session.request('pause', { threadId: 3 });
        },
      });
      assert.deepEqual(pickStop(await stop), { reason: 'entry', threadId: 3 });
      await session.named(/^node 0 · blocked/);
      await session.named(/^node 1 · busy/);
      assert.equal(session.events.filter(({ event }) => event === 'stopped').length, 1);
    }));

  test('nodes that run no program of their own stop as they wait for tasks', () =>
    withSession(async (session) => {
      const stops = session.stopped(...threads);
      await launchAnd(
        session,
        { starting: () => session.request('lockstep/pauseAll', {}) },
        program('squares.ts'),
      );
      assert.deepEqual(
        (await stops).map(({ reason }) => reason),
        ['entry', 'pause', 'pause'],
      );
      await session.request('lockstep/continueAll', {});
      assert.match(await session.ended(), /first 9/);
    }));

  test('after the end there is nothing to pause', () =>
    withSession(async (session) => {
      await session.launch({ program: program('squares.ts'), nodes: 2 });
      await session.ended();
      await assert.rejects(
        session.request('lockstep/pauseAll', {}),
        /needs a program that is being debugged/,
      );
    }));
});

const pickStop = ({ reason, threadId }: Record<string, unknown>): Record<string, unknown> => ({
  reason,
  threadId,
});
