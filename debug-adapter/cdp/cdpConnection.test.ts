import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CdpRequest } from '../../runtime/protocol/debug';
import { CdpConnection } from './cdpConnection';

function connection() {
  const written: CdpRequest[] = [];
  const resumed: unknown[] = [];
  const cdp = new CdpConnection(2, (request) => written.push(request), {
    'Debugger.resumed': (params) => resumed.push(params),
  });
  return { cdp, written, resumed };
}

test('answers go to the commands they belong to, in any order', async () => {
  const { cdp, written } = connection();
  const first = cdp.request('Debugger.enable', {});
  const second = cdp.request('Debugger.pause', {});
  assert.deepEqual(
    written.map((request) => request.method),
    ['Debugger.enable', 'Debugger.pause'],
  );
  cdp.receive({ id: written[1]?.id ?? 0, result: { b: 2 } });
  cdp.receive({ id: written[0]?.id ?? 0, result: { a: 1 } });
  assert.deepEqual([await first, await second], [{ a: 1 }, { b: 2 }]);
});

test('a refusal is an error with the inspector’s words', async () => {
  const { cdp, written } = connection();
  const answer = cdp.request('Debugger.resume', {});
  cdp.receive({ id: written[0]?.id ?? 0, error: { code: -32000, message: 'not paused' } });
  await assert.rejects(answer, /not paused/);
});

test('when the node is gone, what was asked and what will be asked fails', async () => {
  const { cdp } = connection();
  const asked = cdp.request('Debugger.resume', {});
  cdp.close();
  await assert.rejects(asked, { code: 'unknownThread' });
  await assert.rejects(cdp.request('Debugger.pause', {}), { code: 'unknownThread' });
});

test('events reach their listener; others and late answers are passed over', () => {
  const { cdp, resumed } = connection();
  cdp.receive({ method: 'Debugger.resumed', params: {} });
  cdp.receive({ method: 'Profiler.consoleProfileStarted', params: {} });
  cdp.receive({ id: 99, result: {} });
  assert.deepEqual(resumed, [{}]);
});
