import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { type DapSession, lineOf, program, withSession } from './dapSession';

const mail = program('mail.ts');
type Row = DebugProtocol.Variable;

/** The rows of a scope, also of one that is fetched only on demand. */
async function scopeOf(session: DapSession, frameId: number, wanted: string): Promise<Row[]> {
  const { scopes } = await session.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
  const scope = scopes.find(({ name }) => name === wanted);
  assert.ok(scope?.expensive, `${wanted} runs code in the node: it is fetched when it is looked at`);
  return session.variables(scope.variablesReference);
}

const values = (rows: readonly Row[]): Record<string, string> =>
  Object.fromEntries(rows.map(({ name, value }) => [name, value]));

describe('the scopes of a node’s communication', () => {
  test('a node that is paused in recv shows its receives, messages, sends and requests', () =>
    withSession(async (session) => {
      const stop = session.stopped(2);
      const breakpoints = { [mail]: [{ line: lineOf(mail, 'log(ready)') }] };
      await session.launch({ program: mail, nodes: 2, transport: 'socket', breakpoints });
      await stop;
      await session.named(/node 0 · blocked in recv\(source 1, tag 7\)/);
      const paused = session.stopped(1);
      await session.request('pause', { threadId: 1 });
      await paused;

      const { id } = await session.top(1);
      const kinds = await scopeOf(session, id, 'Messages');
      assert.deepEqual(values(kinds), {
        'Posted receives': '2',
        'Unexpected messages': '2',
        'Pending sends': '1',
        'Open requests': '2',
      });
      const [posted, unexpected, pending, requests] = await Promise.all(
        kinds.map(({ variablesReference }) => session.variables(variablesReference)),
      );
      const at = (text: string): string => `mail.ts:${lineOf(mail, text)}`;
      assert.deepEqual(values(posted ?? []), {
        0: `irecv(source 1, tag 9) at ${at('world.irecv')}`,
        1: `recv(source 1, tag 7) at ${at('const late')}`,
      });
      assert.deepEqual(
        (unexpected ?? []).map((row) => row.value.replace(/\d+ bytes/, 'n bytes')),
        ['from 1, tag 5, n bytes', 'from 1, tag 6, n bytes, on team'],
      );
      assert.deepEqual(values(pending ?? []), {
        0: `isend(destination 1, tag 8), 160000 bytes at ${at('world.isend')}`,
      });
      assert.deepEqual(values(requests ?? []), {
        0: `irecv(source 1, tag 9) at ${at('world.irecv')}`,
        1: `isend(destination 1, tag 8) at ${at('world.isend')}`,
      });

      // A message has its value, and the line that its sender has sent it from, as a place to go to.
      const details = await session.variables(unexpected?.[0]?.variablesReference ?? 0);
      const sent = details.find(({ name }) => name === 'sent at');
      assert.equal(sent?.value, at('early'));
      const place = await session.request<DebugProtocol.LocationsResponse['body']>('locations', {
        locationReference: sent?.valueLocationReference,
      });
      assert.deepEqual([basename(place?.source.path ?? ''), place?.line], ['mail.ts', lineOf(mail, 'early')]);
      const value = details.find(({ name }) => name === 'value');
      assert.equal(value?.value, '{early: Array(2)}');
      const inside = await session.variables(value?.variablesReference ?? 0);
      assert.equal(inside.find(({ name }) => name === 'early')?.value, '(2) [1, 2]');
      const kept = await session.variables(pending?.[0]?.variablesReference ?? 0);
      assert.match(kept.find(({ name }) => name === 'value')?.value ?? '', /^Float64Array\(20000\)/);
      await session.request('lockstep/continueAll', {});
      assert.match(await session.ended(), /\[0\] late answer \{ early: \[ 1, 2 \] \} for the team/);
    }));

  test('a stopped node shows its communicators; a place that is not known is refused', () =>
    withSession(async (session) => {
      const stop = session.stopped(2);
      const breakpoints = { [mail]: [{ line: lineOf(mail, 'log(ready)') }] };
      await session.launch({ program: mail, nodes: 2, breakpoints });
      await stop;
      const { id } = await session.top(2);
      const rows = await scopeOf(session, id, 'Communicator');
      assert.deepEqual(values(rows), { world: 'rank 1 of 2', team: 'rank 1 of 2' });
      const [world, team] = await Promise.all(
        rows.map(({ variablesReference }) => session.variables(variablesReference)),
      );
      const shared = { rank: '1', size: '2', group: 'nodes 0-1', topology: 'none' };
      assert.deepEqual(values(world ?? []), {
        ...shared,
        name: 'world',
        'last collective': 'dup, recursiveDoubling',
      });
      assert.deepEqual(values(team ?? []), { ...shared, name: 'team', 'last collective': 'none' });
      await assert.rejects(session.request('locations', { locationReference: 99 }), /Location 99/);
    }));
});
