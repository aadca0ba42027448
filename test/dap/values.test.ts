import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { type DapSession, lineOf, program, withSession } from './dapSession';

const values = program('values.ts');

/** A session that stands where all the values are; answers its frame and the local variables by name. */
function withValues(
  body: (
    session: DapSession,
    frameId: number,
    local: (name: string) => DebugProtocol.Variable,
  ) => Promise<void>,
): Promise<void> {
  return withSession(async (session) => {
    const stop = session.stopped(1);
    await session.launch({
      program: values,
      nodes: 1,
      breakpoints: { [values]: [{ line: lineOf(values, '// stop here') }] },
    });
    await stop;
    const { id } = await session.top(1);
    const scopes = await session.scopes(id);
    const variables = [...scopes.values()].flatMap((scope) => scope.variables);
    await body(session, id, (name) => {
      const found = variables.find((variable) => variable.name === name);
      assert.ok(found, `no variable ${name} among ${variables.map((each) => each.name).join(' ')}`);
      return found;
    });
  });
}

const shown = (variables: DebugProtocol.Variable[]): Record<string, string> =>
  Object.fromEntries(variables.map(({ name, value }) => [name, value]));

describe('values', () => {
  test('scopes hold what the source has, under its names, and nothing of the bundler', () =>
    withValues(async (session, frameId, local) => {
      const { scopes } = await session.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
      assert.deepEqual(
        scopes.map(({ name, expensive }) => [name, expensive]),
        [
          ['Block', false],
          ['Local', false],
          ['Module', false],
          ['Messages', true],
          ['Communicator', true],
          ['Global', true],
        ],
      );
      const module = await session.variables(scopes[2]?.variablesReference ?? 0);
      // The engine keeps what functions use: not `Base`, not `spmd`.
      assert.deepEqual(module.map(({ name }) => name).sort(), ['Distance', 'Route', 'Station', 'greeting']);
      assert.equal(local('holes').value, '(3) [1, empty × 1, 3]');
      assert.equal(local('ranks').value, "Map(3) {'ATL' => 0.5, 'ORD' => 0.25, {…} => 1}");
      assert.equal(local('seen').value, "Set(2) {'a', 'b'}");
      assert.equal(local('text').value, `'it is "quoted"\\nand \\'broken\\''`);
      assert.match(local('when').value, /^Thu Jan 01 1970/);
      assert.equal(local('total').value, 'ƒ (a, b = 2)');
      assert.match(local('numbers').value, /^Float64Array\(1000000\) \[0, 0\.5, 1, .*…\]$/);
      assert.equal(
        local('nested').value,
        '{list: Array(1), nothing: null, missing: undefined, big: 100000000000000000000n}',
      );
    }));

  test('an object is shown by its class, or in its own words', () =>
    withValues(async (session, frameId, local) => {
      assert.equal(local('route').value, 'Route {stops: Array(2)}');
      assert.equal(local('far').value, '12 km');
      assert.equal(local('world').value, 'Communicator world, rank 0 of 1');
      assert.equal(local('request').value, 'Request irecv(source 0, tag 5), open');
      assert.equal((await session.evaluate('world.group', frameId)).result, 'Group of node 0');
      assert.equal((await session.evaluate('[far, route]', frameId)).result, '(2) [Distance, Route]');
      const inside = await session.variables(local('world').variablesReference);
      assert.equal(shown(inside)['group'], 'Group of node 0');
      await session.request('continue', { threadId: 1 });
      await session.ended();
      assert.match(
        session.output(),
        /Route \{ stops: \[ 'Oslo', 'Bergen' \] \} Distance \{ metres: 12000 \} Communicator world, rank 0 of 1 Request irecv\(source 0, tag 5\), open Group of node 0/,
      );
    }));

  test('a million elements are fetched by the page, and a page is no larger than asked', () =>
    withValues(async (session, _frameId, local) => {
      const numbers = local('numbers');
      assert.deepEqual([numbers.indexedVariables, numbers.namedVariables], [1_000_000, 1]);
      const page = { filter: 'indexed', start: 999_998, count: 100 };
      assert.deepEqual(shown(await session.variables(numbers.variablesReference, page)), {
        '999998': '499999',
        '999999': '499999.5',
      });
      const named = await session.variables(numbers.variablesReference, { filter: 'named' });
      assert.deepEqual(shown(named), { length: '1000000' });

      const words = local('words');
      const some = await session.variables(words.variablesReference, {
        filter: 'indexed',
        start: 200,
        count: 3,
      });
      assert.deepEqual(shown(some), { '200': "'word 200'", '201': "'word 201'", '202': "'word 202'" });
      assert.equal(some[0]?.evaluateName, 'words[200]');
    }));

  test('maps and sets show their entries; an entry is named by its key', () =>
    withValues(async (session, frameId, local) => {
      const entries = await session.variables(local('ranks').variablesReference, { filter: 'indexed' });
      assert.deepEqual(shown(entries), { "'ATL'": '0.5', "'ORD'": '0.25', "{object: 'key'}": '1' });
      const second = await session.variables(local('ranks').variablesReference, {
        filter: 'indexed',
        start: 1,
        count: 1,
      });
      assert.deepEqual(shown(second), { "'ORD'": '0.25' });
      const name = entries[0]?.evaluateName ?? '';
      assert.equal((await session.evaluate(name, frameId)).result, '0.5');
      const seen = await session.variables(local('seen').variablesReference);
      assert.deepEqual(shown(seen), { '0': "'a'", '1': "'b'", size: '2' });
      await session.request('setVariable', {
        variablesReference: local('ranks').variablesReference,
        name: "'ORD'",
        value: '1 / 8',
      });
      assert.equal((await session.evaluate("ranks.get('ORD')", frameId)).result, '0.125');
    }));

  test('an object shows fields, private ones too, and runs getters only when asked', () =>
    withValues(async (session, frameId, local) => {
      const station = await session.variables(local('station').variablesReference);
      const byName = new Map(station.map((each) => [each.name, each]));
      assert.equal(byName.get('name')?.value, "'Oslo'");
      assert.equal(byName.get('#secret')?.value, '41');
      const costly = byName.get('costly');
      assert.deepEqual([costly?.value, costly?.presentationHint], ['(...)', { lazy: true }]);
      assert.equal((await session.evaluate('station.reads', frameId)).result, '0', 'no getter has run');
      assert.deepEqual(shown(await session.variables(costly?.variablesReference ?? 0)), { costly: '42' });
      const failing = await session.variables(byName.get('failing')?.variablesReference ?? 0);
      assert.equal(failing[0]?.value, 'RangeError: not to be read');
      assert.ok(byName.has('inherited'));

      await session.request('setVariable', {
        variablesReference: local('station').variablesReference,
        name: '#secret',
        value: '6 * 7',
      });
      await session.request('setVariable', {
        variablesReference: local('station').variablesReference,
        name: 'name',
        value: "greeting + '!'",
      });
      assert.equal((await session.evaluate('station.costly', frameId)).result, '43');
      assert.equal((await session.evaluate('station.name', frameId)).result, "'hello!'");
    }));

  test('variables and expressions can be set; the program goes on with the new values', () =>
    withValues(async (session, frameId) => {
      const scopes = await session.scopes(frameId);
      const reference = scopes.get('Local')?.reference ?? 0;
      const body = await session.request('setVariable', {
        variablesReference: reference,
        name: 'count',
        value: 'count * 10',
        format: { hex: true },
      });
      assert.equal(body['value'], '0x1e');
      await session.request('setExpression', {
        expression: 'nested.list[0].deep',
        value: '{ deeper: 1 }',
        frameId,
      });
      assert.equal((await session.evaluate('nested.list[0]', frameId)).result, '{deep: {…}}');
      await assert.rejects(
        session.request('setVariable', { variablesReference: reference, name: 'count', value: 'nowhere' }),
        /ReferenceError: nowhere is not defined/,
      );
      await session.setBreakpoints(values, []);
      await session.request('continue', { threadId: 1 });
      assert.match(await session.ended(), /count 30 /);
    }));

  test('a hover has no side effects; the console, a watch and the clipboard get what they need', () =>
    withValues(async (session, frameId) => {
      await assert.rejects(session.evaluate('count += 1', frameId, 'hover'), /side-effect/);
      assert.equal((await session.evaluate('count', frameId, 'hover')).result, '3');
      assert.equal((await session.evaluate('count += 1', frameId, 'repl')).result, '4');
      assert.equal((await session.evaluate('{ a: rank, b: size }', frameId, 'watch')).result, '{a: 0, b: 1}');
      assert.equal((await session.evaluate('@0 rank', frameId, 'repl')).result, 'node 0: 0');
      await assert.rejects(
        session.evaluate('missing.thing', frameId),
        /ReferenceError: missing is not defined/,
      );
      await assert.rejects(session.evaluate('1 +', frameId), /SyntaxError/);
      const copied = await session.evaluate('[...ranks.keys()].slice(0, 2)', frameId, 'clipboard');
      assert.equal(copied.result, JSON.stringify(['ATL', 'ORD'], null, 2));
      assert.equal(
        (await session.evaluate('text', frameId, 'clipboard')).result,
        'it is "quoted"\nand \'broken\'',
      );
      // Without a frame: the global scope.
      assert.equal((await session.evaluate('typeof count')).result, "'undefined'");
    }));

  test('completions: names in scope, imported names, members with their kinds', () =>
    withValues(async (session, frameId) => {
      const complete = async (text: string) => {
        const input = { frameId, text, column: text.length + 1 };
        const body = await session.request<DebugProtocol.CompletionsResponse['body']>('completions', input);
        return body.targets;
      };
      assert.deepEqual(
        (await complete('sta')).map(({ label }) => label),
        ['station', 'Station'],
      );
      assert.ok((await complete('1 + spm')).some(({ label }) => label === 'spmd'));
      const members = await complete('station.');
      const types = new Map(members.map(({ label, type }) => [label, type]));
      assert.deepEqual(
        ['name', 'costly', 'inherited', 'hasOwnProperty'].map((name) => types.get(name)),
        ['property', 'property', 'property', 'method'],
      );
      assert.equal((await session.evaluate('station.reads', frameId)).result, '0', 'no getter has run');
      const some = await complete('nested.list[0].deep.');
      assert.ok(some.some(({ label }) => label === 'deeper'));
      assert.deepEqual(await complete('nothing.at.all.'), []);
      assert.deepEqual(await complete('3.1'), []);
    }));

  test('what belongs to an earlier stop is refused, not answered with something else; a scope of it is empty', () =>
    withValues(async (session, frameId, local) => {
      const { scopes } = await session.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
      const [scope] = scopes as [DebugProtocol.Scope];
      assert.ok((await session.variables(scope.variablesReference)).length > 0);
      const step = session.stopped(1);
      await session.request('next', { threadId: 1 });
      await step;
      await assert.rejects(session.request('scopes', { frameId }), /of an earlier stop/);
      assert.deepEqual(await session.variables(scope.variablesReference), []);
      await assert.rejects(session.variables(local('words').variablesReference), /of an earlier stop/);
      await assert.rejects(session.evaluate('count', frameId), /of an earlier stop/);
    }));
});
