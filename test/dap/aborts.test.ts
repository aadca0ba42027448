import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { lineOf, program, withSession } from './dapSession';

const aborts = program('aborts.ts');
const message = 'The program called abort with code 7: the iteration diverges: 1000000000.';
const inItsCall = `Node 1 failed at aborts.ts:${lineOf(aborts, 'world.abort')}:\\d+: ${message}`;

describe('abort', () => {
  test('stops the node in its call; let go on, the job ends with its code', () =>
    withSession(async (session) => {
      const stop = session.stopped(2);
      await session.launch({ program: aborts, nodes: 2, exceptions: { filters: ['abort'] } });
      const [stopped] = await stop;
      assert.deepEqual(
        [stopped?.reason, stopped?.description, stopped?.text],
        ['exception', 'Abort', message],
      );
      const { id, line } = await session.top(2);
      assert.equal(line, lineOf(aborts, 'world.abort'));
      assert.equal((await session.evaluate('residual', id)).result, '1000000000');
      const info = await session.request<DebugProtocol.ExceptionInfoResponse['body']>('exceptionInfo', {
        threadId: 2,
      });
      assert.deepEqual([info.exceptionId, info.description], ['Abort', message]);

      const exited = session.next('exited');
      await session.request('continue', { threadId: 2 });
      assert.equal((await exited)['exitCode'], 7);
      await session.ended();
      assert.match(session.output('stderr'), new RegExp(inItsCall));
    }));

  test('where its condition does not hold ends the job at once', () =>
    withSession(async (session) => {
      const exited = session.next('exited');
      await session.launch({
        program: aborts,
        nodes: 2,
        exceptions: { filters: [], filterOptions: [{ filterId: 'abort', condition: 'code === 3' }] },
      });
      assert.equal((await exited)['exitCode'], 7);
      await session.ended();
      assert.equal(session.events.filter(({ event }) => event === 'stopped').length, 0);
    }));
});
