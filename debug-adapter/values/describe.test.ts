import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { Runtime } from '../cdp/protocol';
import { describeFunction, describeValue, quote, sizeOf } from './describe';

const object = (rest: Partial<Runtime.RemoteObject>): Runtime.RemoteObject => ({ type: 'object', ...rest });

test('primitives are written as in the source', () => {
  const cases: [Runtime.RemoteObject, string][] = [
    [{ type: 'undefined' }, 'undefined'],
    [object({ subtype: 'null', value: null }), 'null'],
    [{ type: 'boolean', value: true }, 'true'],
    [{ type: 'number', value: 1.5, description: '1.5' }, '1.5'],
    [{ type: 'number', unserializableValue: '-0', description: '-0' }, '-0'],
    [{ type: 'bigint', unserializableValue: '12n', description: '12n' }, '12n'],
    [{ type: 'symbol', description: 'Symbol(x)' }, 'Symbol(x)'],
    [{ type: 'string', value: "it's\n" }, "'it\\'s\\n'"],
  ];
  for (const [value, text] of cases) assert.equal(describeValue(value), text);
  assert.equal(describeValue({ type: 'number', value: -255, description: '-255' }, true), '-0xff');
  assert.equal(describeValue({ type: 'number', value: 1.5, description: '1.5' }, true), '1.5');
});

test('a quoted string means the same string to JavaScript', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(runInNewContext(quote(text)), text);
    }),
  );
});

test('a long string is cut and says how long it is', () => {
  const shown = quote('x'.repeat(1_000_000));
  assert.ok(shown.length < 21_000);
  assert.ok(shown.endsWith("(1000000 characters)'"));
});

test('previews: nested values, runs of holes, what is left out', () => {
  const number = (name: string, value: string): Runtime.PropertyPreview => ({ name, type: 'number', value });
  const array = object({
    subtype: 'array',
    className: 'Array',
    description: 'Array(9)',
    preview: {
      type: 'object',
      subtype: 'array',
      description: 'Array(9)',
      overflow: true,
      properties: [number('0', '1'), number('4', '5'), { name: '5', type: 'object', value: 'Object' }],
    },
  });
  assert.equal(describeValue(array), '(9) [1, empty × 3, 5, {…}, …]');
  assert.equal(sizeOf(array), 9);
  const error = object({ subtype: 'error', description: 'TypeError: no\n    at f (a.js:1:1)' });
  assert.equal(describeValue(error), 'TypeError: no');
});

test('functions are named by name and parameters', () => {
  const cases: Record<string, string> = {
    'function add(a, b) { return a + b; }': 'ƒ add(a, b)',
    'async function* walk(\n  from,\n) {}': 'ƒ walk( from, )',
    '(a, b = 2) => a + b': 'ƒ (a, b = 2)',
    'async x => x': 'ƒ x',
    'visit(rank) { this.x(); }': 'ƒ visit(rank)',
    'class Graph extends Base { }': 'class Graph',
    'class extends Base { }': 'class',
    'class { }': 'class',
  };
  for (const [text, shown] of Object.entries(cases)) assert.equal(describeFunction(text), shown, text);
});
