import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type DapSession, lineOf, program, withSession } from './dapSession';

const relay = program('relay.ts');
const at = (text: string): number => lineOf(relay, text);

/** Where a thread stops next, and why, after a request that brings it there. */
async function stopOf(session: DapSession, threadId: number, bringing: () => Promise<unknown>) {
  const stop = session.stopped(threadId);
  await bringing();
  const [body] = await stop;
  return { line: await session.lineAt(threadId), ...body };
}

describe('Step Into along a message', () => {
  test('from a send to the receive that gets it, while the sender steps over', () =>
    withSession(async (session) => {
      const first = session.stopped(1);
      const breakpoints = { [relay]: [{ line: at('second') }] };
      await session.launch({ program: relay, nodes: 3, breakpoints });
      await first;
      const sender = session.stopped(1);
      const receiver = await stopOf(session, 2, () => session.request('stepIn', { threadId: 1 }));
      await sender;
      assert.equal(receiver.line, at('const kept'), 'the line after its recv');
      assert.equal(receiver.reason, 'step');
      assert.match(receiver.description ?? '', /^Paused after receiving: source 0, tag 8, \d+ bytes$/);
      assert.equal(receiver.preserveFocusHint, false, 'the editor goes along');
      const { id } = await session.top(2);
      assert.equal((await session.evaluate('second', id)).result, "'second'");
      assert.equal(await session.lineAt(1), at('const answer'));
      await session.setBreakpoints(relay, []);
      await session.request('lockstep/continueAll', {});
      assert.match(await session.ended(), /\[0\] answer 3/);
    }));

  test('a receiver that stands goes on to there; a function in the arguments is stepped into first', () =>
    withSession(async (session) => {
      const both = session.stopped(1, 2);
      const breakpoints = { [relay]: [{ line: at('double(1)') }, { line: at('const first') }] };
      await session.launch({ program: relay, nodes: 3, breakpoints });
      await both;
      const inside = await stopOf(session, 1, () => session.request('stepIn', { threadId: 1 }));
      assert.equal(inside.line, at('value * 2'));
      const outside = await stopOf(session, 1, () => session.request('stepOut', { threadId: 1 }));
      assert.equal(outside.line, at('double(1)'));
      const continued = session.next('continued', ({ threadId }) => threadId === 2);
      const sender = session.stopped(1);
      const receiver = await stopOf(session, 2, () => session.request('stepIn', { threadId: 1 }));
      await Promise.all([continued, sender]);
      assert.equal(receiver.line, at('const second'));
      assert.equal((await session.evaluate('first', (await session.top(2)).id)).result, '2');
      assert.equal(await session.lineAt(1), at("'second'"));
      await session.setBreakpoints(relay, []);
      await session.request('lockstep/continueAll', {});
      await session.ended();
    }));

  test('from a receive to the send that it waits for', () =>
    withSession(async (session) => {
      const both = session.stopped(1, 2);
      const breakpoints = { [relay]: [{ line: at('const answer') }, { line: at('const kept') }] };
      await session.launch({ program: relay, nodes: 3, breakpoints });
      await both;
      const sender = await stopOf(session, 2, () => session.request('stepIn', { threadId: 1 }));
      assert.equal(sender.line, at('first + 1'));
      assert.equal(sender.description, 'Paused at the send that node 0 waits for');
      assert.equal(sender.preserveFocusHint, false);
      await session.named(/node 0 · blocked in recv\(source 1, tag 9\)/);
      const receiver = await stopOf(session, 1, () => session.request('continue', { threadId: 2 }));
      assert.equal(receiver.line, at("log('answer'"));
      await session.setBreakpoints(relay, []);
      await session.request('lockstep/continueAll', {});
      await session.ended();
    }));

  test('of a message that is there already, the place is said where it was sent', () =>
    withSession(async (session) => {
      const stop = session.stopped(2);
      await session.launch({
        program: relay,
        nodes: 3,
        breakpoints: { [relay]: [{ line: at('const first') }] },
      });
      await stop;
      await session.named(/node 0 · blocked in recv/); // both messages are sent
      await stopOf(session, 2, () => session.request('next', { threadId: 2 }));
      const said = session.next('output', ({ output }) => String(output).includes('has arrived'));
      const after = await stopOf(session, 2, () => session.request('stepIn', { threadId: 2 }));
      const { output, line } = await said;
      assert.match(
        String(output),
        /^Node 1: the message of this recv has arrived already \(source 0, tag 8, \d+ bytes\)\. Node 0 sends/,
      );
      assert.equal(line, at("'second'"));
      assert.equal(after.line, at('const kept'));
      await session.setBreakpoints(relay, []);
      await session.request('lockstep/continueAll', {});
      await session.ended();
    }));

  test('where no message is, Step Into steps as ever, and stops nobody later', () =>
    withSession(async (session) => {
      const stop = session.stopped(3);
      const breakpoints = { [relay]: [{ line: at('const total'), condition: '@2' }] };
      await session.launch({ program: relay, nodes: 3, breakpoints });
      await stop;
      const next = await stopOf(session, 3, () => session.request('stepIn', { threadId: 3 }));
      assert.equal(next.line, at("log('total'"));
      await session.request('lockstep/continueAll', {});
      assert.match(await session.ended(), /\[2\] total 3/);
    }));
});

describe('stops at communication', () => {
  test('where the condition on a send holds, before the message leaves', () =>
    withSession(async (session) => {
      const filterOptions = [{ filterId: 'send', condition: '@0 && tag === 8 && destination === 1' }];
      const stop = await stopOf(session, 1, () =>
        session.launch({ program: relay, nodes: 3, exceptions: { filterOptions } }),
      );
      assert.equal(stop.line, at("'second'"));
      assert.match(stop.description ?? '', /^Paused before send\(destination 1, tag 8\), \d+ bytes$/);
      await session.named(/node 1 · blocked in recv\(source 0, tag any\)/);
      await session.request('continue', { threadId: 1 });
      await session.ended();
      assert.equal(session.events.filter(({ event }) => event === 'stopped').length, 1);
    }));

  test('where a receive has its message, and at collective calls', () =>
    withSession(async (session) => {
      const filterOptions = [
        { filterId: 'receive', condition: '@0-1 && source === 1' },
        { filterId: 'collective', condition: "@2 && call === 'allreduce' && operation === 'SUM'" },
      ];
      const stops = session.stopped(1, 3);
      await session.launch({ program: relay, nodes: 3, exceptions: { filterOptions } });
      const [received, collective] = await stops;
      assert.match(received?.description ?? '', /^Paused on a received message: source 1, tag 9, \d+ bytes$/);
      assert.equal(await session.lineAt(1), at('const answer'));
      assert.equal(collective?.description, 'Paused before allreduce(SUM)');
      assert.equal(await session.lineAt(3), at('const total'));
      await session.request('setExceptionBreakpoints', { filters: [] });
      await session.request('lockstep/continueAll', {});
      assert.match(await session.ended(), /\[2\] total 3/);
    }));

  test('a condition that fails is told once, and stops nothing', () =>
    withSession(async (session) => {
      const filterOptions = [{ filterId: 'send', condition: '@0 && tagg === 8' }];
      await session.launch({ program: relay, nodes: 3, exceptions: { filterOptions } });
      const printed = await session.ended();
      assert.equal(printed.match(/tagg is not defined/g)?.length, 1);
      assert.equal(session.events.filter(({ event }) => event === 'stopped').length, 0);
    }));
});
