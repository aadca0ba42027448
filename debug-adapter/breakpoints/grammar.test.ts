import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { debugHelpersSymbol, type DebugHelpers } from '../../runtime/protocol/debug';
import { compileCondition, type CompiledParts } from './compile';
import { parseCondition } from './condition';
import { parseHitCondition } from './hitCondition';
import { parseLogMessage } from './logMessage';
import { ConditionError, RankSet } from './rankSet';

test('rank sets hold exactly the ranks that are written', () => {
  const range = fc.tuple(fc.nat(40), fc.option(fc.nat(40), { nil: undefined }), fc.boolean());
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 6 }), fc.boolean(), (ranges, spaces) => {
      const parts = ranges.map(([first, length, open]) =>
        open ? `${first}-` : length === undefined ? `${first}` : `${first}-${first + length}`,
      );
      const set = RankSet.parse(parts.join(spaces ? ' , ' : ','));
      for (let rank = 0; rank < 90; rank += 1) {
        const written = ranges.some(
          ([first, length, open]) => rank >= first && (open || rank <= first + (length ?? 0)),
        );
        assert.equal(set.has(rank), written, `${rank} in ${parts.join(',')}`);
      }
      assert.deepEqual(RankSet.parse(set.toString()).toString(), set.toString());
    }),
  );
});

test('a condition is an optional rank set and an optional expression', () => {
  const cases: [string | undefined, number[], string | undefined][] = [
    [undefined, [0, 1, 2, 3, 4], undefined],
    ['', [0, 1, 2, 3, 4], undefined],
    ['delta > 0.01', [0, 1, 2, 3, 4], 'delta > 0.01'],
    ['@2', [2], undefined],
    ['@0,2-3 && delta > 0.01', [0, 2, 3], 'delta > 0.01'],
    [' @3- && a && b', [3, 4], 'a && b'],
    ['@0&&x', [0], 'x'],
  ];
  for (const [text, ranks, expression] of cases) {
    const condition = parseCondition(text);
    assert.deepEqual(
      [0, 1, 2, 3, 4].filter((rank) => condition.ranks.has(rank)),
      ranks,
      text,
    );
    assert.equal(condition.expression, expression);
  }
});

test('a wrong condition names what is wrong and where', () => {
  const cases: [string, RegExp, number][] = [
    ['@', /a rank is missing/, 1],
    ['@0,,2', /a rank is missing/, 3],
    ['@3-1', /3-1 is empty/, 1],
    ['@0-1-2', /"0-1-2" is not a rank/, 1],
    ['@0 x > 1', /expected "&&".*found "x > 1"/, 3],
    ['@0 &&', /expression after "&&" is missing/, 5],
    ['@1 && x >', /./, 6],
    ['  x + ', /./, 2],
    ['a) + (b', /./, 0],
  ];
  for (const [text, message, position] of cases) {
    assert.throws(
      () => parseCondition(text),
      (error: unknown) => {
        assert.ok(error instanceof ConditionError, text);
        assert.match(error.message, message);
        assert.equal(error.position, position, text);
        return true;
      },
    );
  }
});

test('no text makes the parser fail otherwise than with a ConditionError', () => {
  const characters = fc.constantFrom(...'@0123456789,-&& x>(){}\'"`\\/');
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 14 }), (text) => {
      for (const parse of [parseCondition, parseHitCondition, parseLogMessage]) {
        try {
          parse(text);
        } catch (error) {
          assert.ok(error instanceof ConditionError, String(error));
          assert.ok(error.position >= 0 && error.position <= text.length);
        }
      }
    }),
  );
});

/** Evaluates a compiled condition `times` times, as a node would, and answers which times it stopped. */
function run(parts: Partial<CompiledParts>, globals: object, times = 1) {
  const printed: string[] = [];
  const hits = new Map<number, number>();
  const helpers: Pick<DebugHelpers, 'hit' | 'format' | 'log'> = {
    hit: (id) => hits.set(id, (hits.get(id) ?? 0) + 1).get(id) ?? 0,
    format: String,
    log: (text) => void printed.push(text),
  };
  const text = compileCondition({ id: 7, place: 'a.ts:1', ...parts }, (expression) => expression);
  const context = { ...globals, [Symbol.for(debugHelpersSymbol)]: helpers };
  const stops = Array.from({ length: times }, (_, index) => index + 1).filter(
    () => text === undefined || Boolean(runInNewContext(text, context)),
  );
  return { stops, printed };
}

test('hit conditions stop at the hits they name', () => {
  const expected: Record<string, (n: number) => boolean> = {
    '5': (n) => n === 5,
    '= 5': (n) => n === 5,
    '== 5': (n) => n === 5,
    '>= 5': (n) => n >= 5,
    '>5': (n) => n > 5,
    '< 5': (n) => n < 5,
    '<= 5': (n) => n <= 5,
    '% 3': (n) => n % 3 === 0,
  };
  const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
  for (const [text, holds] of Object.entries(expected)) {
    assert.deepEqual(run({ hits: parseHitCondition(text) }, {}, 12).stops, numbers.filter(holds), text);
  }
  assert.throws(() => parseHitCondition('% 0'), ConditionError);
  assert.throws(() => parseHitCondition('soon'), ConditionError);
});

test('only hits whose condition holds are counted', () => {
  const counter = { i: 0 };
  const parts = { expression: 'counter.i++ % 2 === 0', hits: parseHitCondition('2') };
  assert.deepEqual(run(parts, { counter }, 6).stops, [3]);
});

test('a condition that throws never stops and is told once', () => {
  const { stops, printed } = run({ expression: 'nothing.at.all' }, {}, 3);
  assert.deepEqual(stops, []);
  assert.equal(printed.length, 1);
  assert.match(printed[0] ?? '', /condition of the breakpoint at a\.ts:1 failed: ReferenceError/);
});

test('a logpoint prints and never stops; braces, strings and objects in it are expressions', () => {
  const log = parseLogMessage('x = {x}, { [1, "}"].length } \\{as is\\} {({ a: 1 }).a}{oops}');
  const { stops, printed } = run({ log }, { x: 3 }, 2);
  assert.deepEqual(stops, []);
  assert.equal(printed[0], 'x = 3, 2 {as is} 1<ReferenceError: oops is not defined>');
  assert.equal(printed.length, 2);
  assert.throws(() => parseLogMessage('a {b'), ConditionError);
  assert.throws(() => parseLogMessage('a {b +}'), ConditionError);
});

test('a breakpoint without any of these always stops', () => {
  assert.deepEqual(run({}, {}, 2).stops, [1, 2]);
});
