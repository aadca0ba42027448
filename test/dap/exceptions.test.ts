import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { lineOf, program, withSession } from './dapSession';

const throws = program('throws.ts');
const thrown = lineOf(throws, 'throw new Refused');

describe('exceptions', () => {
  test('an uncaught one stops its node where it is thrown; the failure is printed last, mapped', () =>
    withSession(async (session) => {
      const stop = session.stopped(2);
      await session.launch({ program: throws, nodes: 2, exceptions: { filters: ['uncaught'] } });
      const [stopped] = await stop;
      for (const rank of [0, 1]) await session.printed(`[${rank}] caught 7\n`);
      assert.deepEqual(
        [stopped?.reason, stopped?.description, stopped?.text],
        ['exception', 'Paused on an uncaught exception', 'Refused: refused with 8'],
      );
      const stack = await session.stack(2);
      assert.deepEqual(
        stack.map(({ name, line }) => [name, line]),
        [
          ['refuse', thrown],
          ['program', lineOf(throws, 'refuse(8)')],
        ],
      );
      const info = await session.request<DebugProtocol.ExceptionInfoResponse['body']>('exceptionInfo', {
        threadId: 2,
      });
      assert.deepEqual(
        [info.exceptionId, info.description, info.breakMode],
        ['Refused', 'refused with 8', 'unhandled'],
      );
      const places = [...(info.details?.stackTrace ?? '').matchAll(/(\w+\.ts):(\d+):\d+/g)];
      assert.deepEqual(
        places.map(([, file, line]) => [file, Number(line)]),
        [
          ['throws.ts', thrown],
          ['throws.ts', lineOf(throws, 'refuse(8)')],
        ],
      );
      await session.request('continue', { threadId: 2 });
      await session.ended();
      assert.match(
        session.output('stderr'),
        new RegExp(`Node 1 failed at throws\\.ts:${thrown}:\\d+: Refused: refused with 8\\n\\s+at `),
      );
      const exited = session.events.find(({ event }) => event === 'exited');
      assert.deepEqual(exited?.body, { exitCode: 1 });
      session.transcript.matches('uncaughtException');
    }));

  test('caught ones stop where their filter’s condition holds', () =>
    withSession(async (session) => {
      const stop = session.stopped(1);
      await session.launch({
        program: throws,
        nodes: 2,
        exceptions: { filterOptions: [{ filterId: 'caught', condition: '@0 && error.code === 7' }] },
      });
      const [stopped] = await stop;
      assert.equal(stopped?.description, 'Paused on an exception');
      const { id } = await session.top(1);
      assert.equal((await session.evaluate('code', id)).result, '7');
      await session.request('continue', { threadId: 1 });
      await session.ended();
      assert.equal(session.events.filter(({ event }) => event === 'stopped').length, 1);
    }));

  test('a wrong condition of a filter is refused with its place', () =>
    withSession(async (session) => {
      await session.initialize();
      const { breakpoints } = await session.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
        'setExceptionBreakpoints',
        {
          filters: ['uncaught', 'nonsense'],
          filterOptions: [{ filterId: 'caught', condition: '@1-0' }],
        },
      );
      assert.deepEqual(
        breakpoints.map(({ verified, message }) => [verified, message]),
        [
          [true, undefined],
          [false, 'There is no filter "nonsense".'],
          [false, 'Condition "@1-0": the range 1-0 is empty (at character 2).'],
        ],
      );
    }));

  test('without a filter nothing stops', () =>
    withSession(async (session) => {
      await session.launch({ program: throws, nodes: 2, exceptions: { filters: [] } });
      await session.ended();
      assert.equal(session.events.filter(({ event }) => event === 'stopped').length, 0);
    }));
});
