import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lineOf, program, withSession } from './dapSession';

const waits = program('waits.ts');

describe('pausing nodes that are not at a breakpoint', () => {
  test('a node that blocks in recv shows its stack and locals, and its thread says what it waits for', () =>
    withSession(async (session) => {
      await session.launch({ program: waits, nodes: 2 });
      const blocked = /^node 0 · blocked in recv\(source 1, tag 7\)$/;
      await session.named(blocked);
      const stop = session.stopped(1);
      await session.request('pause', { threadId: 1 });
      const [stopped] = await stop;
      assert.deepEqual([stopped?.reason, stopped?.description], ['pause', 'Paused in recv(source 1, tag 7)']);
      const frame = await session.top(1);
      assert.equal(frame.line, lineOf(waits, 'world.recv<string>(1, 7)'));
      assert.equal(frame.source?.name, 'waits.ts');
      const scopes = await session.scopes(frame.id);
      const block = scopes.get('Block')?.variables ?? [];
      assert.equal(block.find(({ name }) => name === 'wanted')?.value, "'a greeting'");
      assert.equal((await session.evaluate('state.rank', frame.id)).result, '0');
      await session.named(blocked);

      // The call goes on where it was: a step over it ends when the message has come.
      await session.request('next', { threadId: 1 });
      const other = session.stopped(2);
      await session.request('pause', { threadId: 2 });
      await other;
      const busy = await session.top(2);
      assert.equal(busy.line, lineOf(waits, 'while (!state.go) turns'));
      const stepped = session.stopped(1);
      await session.evaluate('state.go = true', busy.id);
      await session.request('continue', { threadId: 2 });
      await stepped;
      const after = await session.top(1);
      assert.equal(after.line, lineOf(waits, 'log(wanted, text)'));
      assert.equal((await session.evaluate('text', after.id)).result, "'after true'");
      await session.request('continue', { threadId: 1 });
      assert.match(await session.ended(), /\[0\] a greeting after true/);
    }));

  test('pause all stops nodes that block, compute and idle, each with a stack that can be used', () =>
    withSession(async (session) => {
      await session.launch({ program: waits, nodes: 4 });
      await session.named(/node 0 · blocked/);
      await session.named(/node 1 · busy/);
      const stops = session.stopped(1, 2, 3, 4);
      await session.request('lockstep/pauseAll', {});
      const bodies = await stops;
      const focused = bodies.filter(({ preserveFocusHint }) => !preserveFocusHint);
      assert.equal(focused.length, 1);
      for (const thread of [1, 2, 4]) {
        const { id, source } = await session.top(thread);
        assert.equal(source?.name, 'waits.ts');
        assert.equal((await session.evaluate('state.rank', id)).result, String(thread - 1));
      }
      // The program of node 2 waits for a timer: none of its code runs.
      const [idle] = await session.stack(3);
      assert.deepEqual([idle?.presentationHint, idle?.line], ['label', 0]);
      assert.match(idle?.name ?? '', /waits for an event/);

      // Held clocks: a long stop is no reason to take a node for dead.
      const running = session.events.filter(({ event }) => event === 'continued');
      assert.equal(running.length, 0);
      await session.request('lockstep/continueAll', {});
      assert.equal(session.events.filter(({ event }) => event === 'continued').length, 4);
      await session.named(/node 0 · blocked/);
    }));

  test('a paused node stays paused, and the others wait for it, for as long as it takes', () =>
    withSession(async (session) => {
      const ring = program('ring.ts');
      const stop = session.stopped(1);
      const breakpoints = { [ring]: [{ line: lineOf(ring, 'world.send('), condition: '@0' }] };
      await session.launch({ program: ring, nodes: 2, breakpoints });
      await stop;
      await session.named(/node 1 · blocked in recv\(source 0, tag 7\)/);
      await new Promise((resolve) => setTimeout(resolve, 3000));
      assert.match((await session.threadNames())[1] ?? '', /blocked in recv/);
      await session.setBreakpoints(ring, []);
      await session.request('continue', { threadId: 1 });
      await session.ended();
      assert.equal(session.output('stderr'), '');
    }));
});
