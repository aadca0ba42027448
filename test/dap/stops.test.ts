import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lineOf, program, withSession } from './dapSession';

const ring = program('ring.ts');
const received = lineOf(ring, 'const received');
const visit = lineOf(ring, 'walk.visit');
const counted = lineOf(ring, 'rounds += 1');
const all = [1, 2, 3, 4];

describe('stops of several nodes', () => {
  test('a breakpoint stops all nodes; one steps while the others stand; all continue one by one', () =>
    withSession(async (session) => {
      const stops = session.stopped(...all);
      const [breakpoint] = await session.launch({
        program: ring,
        nodes: 4,
        breakpoints: { [ring]: [{ line: counted }] },
      });
      assert.deepEqual([breakpoint?.verified, breakpoint?.line], [true, counted]);
      for (const stop of await stops) {
        assert.equal(stop.reason, 'breakpoint');
        assert.deepEqual(stop.hitBreakpointIds, [breakpoint?.id]);
        assert.equal(stop.allThreadsStopped, false);
      }
      const focused = session.events.filter(
        ({ event, body }) => event === 'stopped' && !body['preserveFocusHint'],
      );
      assert.equal(focused.length, 1, 'the first node gets the focus, the others do not take it');

      const step = session.stopped(3);
      await session.request('next', { threadId: 3 });
      const [stepped] = await step;
      assert.deepEqual([stepped?.reason, stepped?.preserveFocusHint], ['step', false]);
      assert.equal(await session.lineAt(3), visit);
      for (const thread of [1, 2, 4]) assert.equal(await session.lineAt(thread), counted);

      await session.setBreakpoints(ring, []);
      for (const threadId of all) {
        const body = await session.request('continue', { threadId });
        assert.deepEqual(body, { allThreadsContinued: false });
      }
      assert.match(await session.ended(), /\[2\] from 2: 1 1 1, 3 steps, total 60/);
      session.transcript.matches('breakOnAll');
    }));

  test('a rank set in the condition stops only those nodes', () =>
    withSession(async (session) => {
      const stops = session.stopped(1, 3, 4);
      await session.launch({
        program: ring,
        nodes: 4,
        breakpoints: { [ring]: [{ line: counted, condition: '@0,2-3 && round === 1 && size === 4' }] },
      });
      await stops;
      for (const thread of [1, 3, 4]) {
        const { id } = await session.top(thread);
        assert.equal((await session.evaluate('round', id)).result, '1');
      }
      await assert.rejects(session.stack(2), /Node 1 is running/);
      const stopped = session.events.filter(({ event }) => event === 'stopped');
      assert.equal(stopped.length, 3);
    }));

  test('step together moves every stopped node; the one that is stepped keeps the focus', () =>
    withSession(async (session) => {
      const stops = session.stopped(...all);
      const breakpoints = { [ring]: [{ line: counted }] };
      await session.launch({ program: ring, nodes: 4, step: 'together', breakpoints });
      await stops;
      const steps = session.stopped(...all);
      await session.request('next', { threadId: 2 });
      const after = await steps;
      assert.deepEqual(
        after.map(({ reason, preserveFocusHint }) => [reason, preserveFocusHint]),
        [2, 1, 2, 2].map((mark) => ['step', mark === 2]),
      );
      for (const thread of all) assert.equal(await session.lineAt(thread), visit);
      const told = session.events.filter(({ event }) => event === 'continued');
      assert.deepEqual(told.map(({ body }) => body['threadId']).sort(), [1, 3, 4]);

      await session.setBreakpoints(ring, []);
      const body = await session.request('continue', { threadId: 2 });
      assert.deepEqual(body, { allThreadsContinued: true });
      await session.ended();
    }));

  test('the commands for the other way of stepping work whatever the setting', () =>
    withSession(async (session) => {
      const stops = session.stopped(...all);
      await session.launch({ program: ring, nodes: 4, breakpoints: { [ring]: [{ line: counted }] } });
      await stops;
      const steps = session.stopped(...all);
      await session.request('lockstep/step', { threadId: 1, kind: 'next', scope: 'together' });
      await steps;
      const again = session.stopped(1);
      await session.request('lockstep/setStep', { step: 'together' });
      await session.request('lockstep/step', { threadId: 1, kind: 'stepIn', scope: 'node' });
      await again;
      assert.equal((await session.top(1)).name, 'visit');
      assert.equal(await session.lineAt(2), visit);
      await session.setBreakpoints(ring, []);
      await session.request('lockstep/continueAll', {});
      await session.ended();
    }));

  test('stepping into, out of and over calls follows the source and skips the runtime', () =>
    withSession(async (session) => {
      const stop = session.stopped(1);
      const breakpoints = { [ring]: [{ line: lineOf(ring, 'world.send(') }] };
      await session.launch({ program: ring, nodes: 1, breakpoints });
      await stop;
      const places: [string, string, number][] = [];
      for (const kind of ['stepIn', 'stepIn', 'next', 'stepIn', 'stepOut', 'next']) {
        const next = session.stopped(1);
        await session.request(kind, { threadId: 1 });
        await next;
        const { name, source, line } = await session.top(1);
        places.push([name, source?.name ?? '', line]);
      }
      const walk = lineOf(program('walk.ts'), 'this.visited.push');
      assert.deepEqual(places.slice(0, 4), [
        ['program', 'ring.ts', received],
        ['program', 'ring.ts', counted],
        ['program', 'ring.ts', visit],
        ['visit', 'walk.ts', walk],
      ]);
      assert.equal(places[4]?.[1], 'ring.ts');
      await session.setBreakpoints(ring, []);
      await session.request('continue', { threadId: 1 });
      await session.ended();
    }));

  test('mode "all": the first node that hits it stops the others where they are', () =>
    withSession(async (session) => {
      const stops = session.stopped(...all);
      const waits = program('waits.ts');
      await session.launch({
        program: waits,
        nodes: 4,
        breakpoints: { [waits]: [{ line: lineOf(waits, 'let turns'), mode: 'all' }] },
      });
      const reasons = (await stops).map(({ reason }) => reason);
      assert.deepEqual(reasons, ['pause', 'breakpoint', 'pause', 'pause']);
    }));

  test('mode "barrier": nodes are held until all have arrived, then all stop together', () =>
    withSession(async (session) => {
      const stops = session.stopped(...all);
      const late = { line: received, condition: '@3' };
      const stands = session.next('stopped', ({ threadId }) => threadId === 4);
      await session.launch({
        program: ring,
        nodes: 4,
        breakpoints: { [ring]: [late, { line: counted, mode: 'barrier' }] },
      });
      // Node 3 has sent already: the others can arrive while it stands.
      await stands;
      const held = /held at barrier ring\.ts:\d+ \(3 of 4\)/;
      await session.threadsThat((names) => names.filter((name) => held.test(name)).length === 3);
      await assert.rejects(session.stack(1), /Node 0 is running/);
      await session.request('continue', { threadId: 4 });
      const bodies = await stops;
      assert.deepEqual(
        bodies.slice(0, 3).map(({ reason, description }) => `${reason}: ${description}`),
        new Array(3).fill('breakpoint: All nodes have arrived'),
      );
      for (const thread of [1, 2, 3]) assert.equal(await session.lineAt(thread), counted);
    }));

  test('a barrier awaits no node that has ended, and lets nodes go when it is removed', () =>
    withSession(async (session) => {
      const loop = program('loop.ts');
      const line = lineOf(loop, "log('sum'");
      const stops = session.stopped(1, 2);
      await session.launch({
        program: loop,
        nodes: 3,
        breakpoints: { [loop]: [{ line, mode: 'barrier', condition: 'rank < 2' }] },
      });
      // Node 2 passes, ends, and is awaited no longer.
      await stops;
      await session.setBreakpoints(loop, []);
      await session.request('lockstep/continueAll', {});
      await session.ended();
    }));

  test('stopOnEntry stops each node on the first line of its program', () =>
    withSession(async (session) => {
      const stops = program('stops.ts');
      const entry = session.stopped(1, 2);
      await session.launch({ program: stops, nodes: 2, stopOnEntry: true });
      for (const { reason } of await entry) assert.equal(reason, 'entry');
      const first = lineOf(stops, 'const first');
      assert.deepEqual([await session.lineAt(1), await session.lineAt(2)], [first, first]);
      const again = session.stopped(1, 2);
      await session.request('lockstep/continueAll', {});
      for (const { description } of await again) assert.equal(description, 'Paused on a debugger statement');
      assert.equal(await session.lineAt(1), lineOf(stops, 'debugger;'));
      await session.request('lockstep/continueAll', {});
      await session.ended();
    }));
});
