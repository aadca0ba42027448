import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { type DapSession, lineOf, program, withSession } from './dapSession';

const stuck = program('stuck.ts');
const waiting = lineOf(stuck, 'world.recv');

const infoOf = (session: DapSession, threadId: number) =>
  session.request<DebugProtocol.ExceptionInfoResponse['body']>('exceptionInfo', { threadId });
const stopsOf = (session: DapSession) => session.events.filter(({ event }) => event === 'stopped');

describe('a deadlock', () => {
  test('stops its nodes in their calls, with the explanation; let go on, it ends the job', () =>
    withSession(async (session) => {
      const stops = session.stopped(1, 2);
      await session.launch({ program: stuck, nodes: 2, exceptions: { filters: ['deadlock'] } });
      for (const { reason, description } of await stops) {
        assert.deepEqual([reason, description], ['exception', 'Deadlock']);
      }
      assert.deepEqual(await session.threadNames(), [
        'node 0 · deadlock: recv(source 1, tag 3)',
        'node 1 · deadlock: recv(source 0, tag 3)',
      ]);
      for (const thread of [1, 2]) {
        const { id, line } = await session.top(thread);
        assert.equal(line, waiting);
        assert.equal((await session.evaluate('other', id)).result, String(2 - thread));
        const info = await infoOf(session, thread);
        assert.deepEqual([info.exceptionId, info.breakMode], ['Deadlock', 'unhandled']);
        assert.match(info.description ?? '', /^No node can go on\.\n/);
        assert.match(
          info.description ?? '',
          new RegExp(`Node 0 waits in recv\\(source 1, tag 3\\) at stuck\\.ts:${waiting}`, 'i'),
        );
        assert.match(info.description ?? '', /wait for each other: 0 -> 1 -> 0/);
        assert.match(info.description ?? '', /Let one side send first/);
        const places = [
          ...(info.details?.stackTrace ?? '').matchAll(/Node (\d) waits .* at (\S+):(\d+):\d+/g),
        ];
        assert.deepEqual(
          places.map(([, rank, file, line]) => [rank, basename(file ?? ''), Number(line)]),
          [
            ['0', 'stuck.ts', waiting],
            ['1', 'stuck.ts', waiting],
          ],
        );
      }
      await session.request('lockstep/continueAll', {});
      await session.ended();
      assert.match(session.output('stderr'), /Deadlock: no node can go on/);
      assert.equal(stopsOf(session).length, 2, 'each node stopped once');
      session.transcript.matches('deadlock');
    }));

  test('of some nodes leaves the others alone, and a message sent from the console helps them out', () =>
    withSession(async (session) => {
      const stops = session.stopped(1, 2);
      await session.launch({ program: stuck, nodes: 3, exceptions: { filters: ['deadlock'] } });
      await stops;
      assert.deepEqual(
        stopsOf(session)
          .map(({ body }) => body['threadId'])
          .sort(),
        [1, 2],
      );
      assert.match((await session.threadNames())[2] ?? '', /^node 2( · busy)?$/);
      const { id } = await session.top(2);
      await session.evaluate("world.send('from the console', 0, 3)", id);
      const paused = session.stopped(3);
      await session.request('pause', { threadId: 3 });
      await paused;
      await session.evaluate('state.go = true', (await session.top(3)).id);
      const left = session.printed('[0] from the console');
      await session.request('lockstep/continueAll', {});
      await left;
      await session.ended();
      assert.equal(session.output('stderr'), '');
    }));

  test('of a node that awaits stops it at the line of its await, with its messages', () =>
    withSession(async (session) => {
      const awaits = program('awaits.ts');
      const stops = session.stopped(1, 2);
      await session.launch({ program: awaits, nodes: 2, exceptions: { filters: ['deadlock'] } });
      for (const { reason, description } of await stops) {
        assert.deepEqual([reason, description], ['exception', 'Deadlock']);
      }
      const [frame, ...others] = await session.stack(1);
      assert.deepEqual(
        [frame?.name, frame?.source?.name, frame?.line, others],
        ['await of irecv(source 1, tag 3)', 'awaits.ts', lineOf(awaits, 'await request'), []],
      );
      const scopes = await session.request<DebugProtocol.ScopesResponse['body']>('scopes', {
        frameId: frame?.id,
      });
      assert.deepEqual(
        scopes.scopes.map(({ name }) => name),
        ['Messages', 'Communicator'],
      );
      assert.equal((await session.top(2)).line, lineOf(awaits, 'world.recv'));
      const { description } = await infoOf(session, 1);
      assert.match(description ?? '', /They wait for each other: 0 -> 1 -> 0/);

      // A message from the console helps the node out, as one of the program would.
      await session.evaluate("world.send('to node 0', 0, 3)", (await session.top(2)).id);
      const heard = session.printed('[0] to node 0');
      await session.request('continue', { threadId: 1 });
      await heard;
    }));

  test('by a promise that nothing can settle stops its node at that line; settled from the console, it goes on', () =>
    withSession(async (session) => {
      const stranded = program('stranded.ts');
      const stops = session.stopped(1, 2);
      await session.launch({ program: stranded, nodes: 2, exceptions: { filters: ['deadlock'] } });
      for (const { reason, description } of await stops) {
        assert.deepEqual([reason, description], ['exception', 'Deadlock']);
      }
      const [frame] = await session.stack(1);
      assert.deepEqual(
        [frame?.name, frame?.line],
        ['await of a promise that nothing can settle', lineOf(stranded, 'return await')],
      );
      const { description } = await infoOf(session, 1);
      assert.match(description ?? '', /Node 1 waits in recv\(source 0, tag 3\)/i);
      assert.match(description ?? '', /"new Promise" whose resolve is never called/);
      // Settled from the console, the program goes on, and what it awaits next is looked at anew.
      await session.evaluate("answer('from the console')", frame?.id);
      const answered = session.printed('[0] from the console');
      await session.request('lockstep/continueAll', {});
      await answered;
      await session.ended();
    }));

  test('is none where a node that has nothing to do but to await is held in the debugger', () =>
    withSession(async (session) => {
      const stranded = program('stranded.ts');
      const awaits = lineOf(stranded, 'await ask()');
      const stop = session.stopped(1);
      await session.launch({
        program: stranded,
        nodes: 1,
        breakpoints: { [stranded]: [{ line: awaits }] },
        exceptions: { filters: ['deadlock'] },
      });
      await stop;
      // Several looks go by: it must stay as it is.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.equal(stopsOf(session).length, 1);
      const stuck = session.next('stopped', ({ reason }) => reason === 'exception');
      await session.request('continue', { threadId: 1 });
      await stuck;
    }));

  test('without its filter ends the job at once', () =>
    withSession(async (session) => {
      await session.launch({ program: stuck, nodes: 2, exceptions: { filters: ['uncaught'] } });
      await session.ended();
      assert.match(session.output('stderr'), /Deadlock: no node can go on/);
      assert.equal(stopsOf(session).length, 0);
    }));

  test('is none where a breakpoint holds a node that others wait for', () =>
    withSession(async (session) => {
      const stop = session.stopped(1);
      const sends = lineOf(program('ring.ts'), 'world.send(');
      await session.launch({
        program: program('ring.ts'),
        nodes: 3,
        breakpoints: { [program('ring.ts')]: [{ line: sends, condition: '@0' }] },
        exceptions: { filters: ['deadlock'] },
      });
      await stop;
      await session.threadsThat((names) => names.filter((name) => /blocked in recv/.test(name)).length === 2);
      // Several looks at all nodes go by: it must stay as it is.
      await new Promise((resolve) => setTimeout(resolve, 2500));
      assert.equal(stopsOf(session).length, 1);
      await session.setBreakpoints(program('ring.ts'), []);
      await session.request('continue', { threadId: 1 });
      await session.ended();
      assert.equal(session.output('stderr'), '');
    }));
});

describe('an error of the runtime that ends the job', () => {
  test('a node whose collective call differs stops in that call, with both calls', () =>
    withSession(async (session) => {
      const stop = session.next('stopped', ({ reason }) => reason === 'exception');
      await session.launch({
        program: program('differ.ts'),
        nodes: 2,
        exceptions: { filters: ['uncaught', 'deadlock'] },
      });
      const { threadId } = await stop;
      const { source, line } = await session.top(Number(threadId));
      const calls = ['world.allreduce', 'world.bcast'].map((text) => lineOf(program('differ.ts'), text));
      assert.equal(source?.name, 'differ.ts');
      assert.ok(calls.includes(line));
      const info = await infoOf(session, Number(threadId));
      if (info.exceptionId === 'collectiveMismatch') assert.match(info.description ?? '', /^Node \d calls /);
      else assert.match(info.description ?? '', /same collective calls in the same order/);
    }));
});
