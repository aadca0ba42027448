import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { buildSync } from 'esbuild';
import { lineOf, program, withSession } from './dapSession';

const loop = program('loop.ts');
const inLoop = lineOf(loop, 'sum += value');

describe('breakpoints', () => {
  test('are verified before the program is loaded, and move to the next line that has code', () =>
    withSession(async (session) => {
      const stop = session.stopped(1);
      const set = await session.launch({
        program: loop,
        nodes: 1,
        breakpoints: {
          [loop]: [
            { line: inLoop, condition: 'turn === 3' },
            { line: lineOf(loop, '// No code here') },
            { line: lineOf(loop, 'interface Unused') },
            { line: inLoop, condition: '@7' },
            { line: inLoop, condition: '@0 && turn >' },
            { line: inLoop, hitCondition: 'often' },
            { line: inLoop, logMessage: 'turn {turn' },
          ],
          [program('ring.ts')]: [{ line: 12 }],
        },
      });
      assert.deepEqual(
        set.map(({ verified, line, message }) => [verified, line, message]),
        [
          [true, inLoop, undefined],
          [true, lineOf(loop, "log('sum'"), undefined],
          [false, lineOf(loop, 'interface Unused'), 'There is no code on this line or after it.'],
          [false, inLoop, 'This job has no such node: its ranks are 0 to 0.'],
          [false, inLoop, `Condition "@0 && turn >": Unexpected token ')' (at character 7).`],
          [
            false,
            inLoop,
            'Hit count "often": expected a number, or one of > >= < <= = % and a number (at character 1).',
          ],
          [false, inLoop, 'Log message "turn {turn": the closing brace is missing (at character 6).'],
          [false, 12, 'This file is not part of the program.'],
        ],
      );
      const [stopped] = await stop;
      assert.deepEqual(stopped?.hitBreakpointIds, [set[0]?.id]);
      const { id } = await session.top(1);
      assert.equal((await session.evaluate('turn', id)).result, '3');

      const next = session.stopped(1);
      await session.request('continue', { threadId: 1 });
      const [second] = await next;
      assert.deepEqual(second?.hitBreakpointIds, [set[1]?.id]);
      await session.request('continue', { threadId: 1 });
      await session.ended();
      session.transcript.matches('breakpointPlaces');
    }));

  test('hit counts are counted by each node, without a round trip', () =>
    withSession(async (session) => {
      const stops = session.stopped(1, 2);
      await session.launch({
        program: loop,
        nodes: 2,
        breakpoints: { [loop]: [{ line: inLoop, hitCondition: '% 40', condition: 'turn % 2 === 0' }] },
      });
      await stops;
      for (const thread of [1, 2]) {
        const { id } = await session.top(thread);
        assert.equal((await session.evaluate('turn', id)).result, '78');
      }
      await session.request('lockstep/continueAll', {});
      await session.ended();
      assert.equal(session.events.filter(({ event }) => event === 'stopped').length, 2);
    }));

  test('logpoints print on the nodes of their rank set, link to their line, and do not stop', () =>
    withSession(async (session) => {
      await session.launch({
        program: loop,
        nodes: 2,
        breakpoints: {
          [loop]: [
            { line: inLoop, condition: '@1 && turn < 2', logMessage: 'turn {turn}: {value} {nothing}' },
          ],
        },
      });
      const output = await session.ended();
      assert.match(
        output,
        /\[1\] turn 0: \{ turn: 0, square: 0 \} <ReferenceError: nothing is not defined>\n/,
      );
      assert.match(output, /\[1\] turn 1: /);
      assert.doesNotMatch(output, /\[0\] turn/);
      const printed = session.events.find(
        ({ event, body }) => event === 'output' && /turn 0/.test(String(body['output'])),
      );
      const source = printed?.body['source'] as { path?: string } | undefined;
      assert.deepEqual([source?.path, printed?.body['line']], [loop, inLoop]);
      assert.equal(session.events.filter(({ event }) => event === 'stopped').length, 0);
    }));

  test('a condition that fails is told once and does not stop', () =>
    withSession(async (session) => {
      await session.launch({
        program: loop,
        nodes: 1,
        breakpoints: { [loop]: [{ line: inLoop, condition: 'nothing.at.all' }] },
      });
      const output = await session.ended();
      const told = output.match(/The condition of the breakpoint at loop\.ts:\d+ failed: ReferenceError/g);
      assert.equal(told?.length, 1);
    }));

  test('can be set, changed and removed while the program runs', () =>
    withSession(async (session) => {
      const waits = program('waits.ts');
      await session.launch({ program: waits, nodes: 2 });
      const line = lineOf(waits, 'while (!state.go) turns');
      const stop = session.stopped(2);
      await session.setBreakpoints(waits, [{ line, condition: '@1 && turns > 10' }]);
      await stop;
      const { id } = await session.top(2);
      assert.equal((await session.evaluate('turns > 10', id)).result, 'true');
      await session.setBreakpoints(waits, []);
      await session.evaluate('state.go = true', id);
      await session.request('continue', { threadId: 2 });
      await session.ended();
    }));

  test('are found in files that the program loads later: plain JavaScript, and TypeScript with its own map', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lockstep-later-')));
    const plain = join(folder, 'plain.cjs');
    const typed = join(folder, 'typed.ts');
    const built = join(folder, 'built', 'typed.cjs');
    writeFileSync(plain, 'exports.twice = (value) => {\n  return value * 2;\n};\n');
    writeFileSync(
      typed,
      'interface Only {\n  types: true;\n}\n\nexport function twice(value: number): number {\n  const result = value * 2;\n  return result;\n}\n',
    );
    buildSync({ entryPoints: [typed], outfile: built, format: 'cjs', platform: 'node', sourcemap: true });
    try {
      await withSession(async (session) => {
        const first = session.stopped(1);
        const set = await session.launch({
          program: program('later.ts'),
          nodes: 1,
          args: [plain, built],
          breakpoints: { [plain]: [{ line: 2 }], [typed]: [{ line: 6 }] },
        });
        assert.deepEqual(
          set.map(({ verified }) => verified),
          [false, false],
        );
        await first;
        assert.deepEqual([(await session.top(1)).source?.path, await session.lineAt(1)], [plain, 2]);
        const second = session.stopped(1);
        await session.request('continue', { threadId: 1 });
        await second;
        const top = await session.top(1);
        assert.deepEqual([top.source?.path, top.line, top.name], [typed, 6, 'twice']);
        const changed = session.events
          .filter(({ event }) => event === 'breakpoint')
          .map(({ body }) => body['breakpoint'] as { id: number; verified: boolean });
        assert.deepEqual(
          changed.map(({ id, verified }) => [id, verified]),
          set.map(({ id }) => [id, true]),
        );
        const { sources } = await session.request<{ sources: { path?: string }[] }>('loadedSources');
        const paths = sources.map(({ path }) => path);
        for (const path of [program('later.ts'), plain, typed]) assert.ok(paths.includes(path), path);
        await session.request('continue', { threadId: 1 });
        assert.match(await session.ended(), /twice 42\ntwice 42/);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('the places on a line where a breakpoint can lie are told', () =>
    withSession(async (session) => {
      const stop = session.stopped(1);
      await session.launch({ program: loop, nodes: 1, breakpoints: { [loop]: [{ line: inLoop }] } });
      await stop;
      const line = lineOf(loop, 'for (let turn');
      const { breakpoints } = await session.request<{ breakpoints: { line: number; column: number }[] }>(
        'breakpointLocations',
        { source: { path: loop }, line },
      );
      assert.ok(breakpoints.length >= 3, 'start, test and increment of the loop');
      assert.ok(breakpoints.every((each) => each.line === line));
      const increment = breakpoints.at(-1)?.column;
      const next = session.stopped(1);
      await session.setBreakpoints(loop, [{ line, column: increment }]);
      await session.request('continue', { threadId: 1 });
      await next;
      const top = await session.top(1);
      assert.deepEqual([top.line, top.column], [line, increment]);
    }));
});
