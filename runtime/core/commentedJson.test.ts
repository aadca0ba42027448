import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { appendInJson, parseCommentedJson, setInJson } from './commentedJson';

test('comments and trailing commas are read; what is wrong is named with its place', () => {
  assert.deepEqual(parseCommentedJson('// one\n{"a": [1, /* two */ 2,],}'), { a: [1, 2] });
  assert.throws(() => parseCommentedJson('{\n  "a" 1\n}'), /colon expected at line 2, column 7/);
  assert.throws(() => parseCommentedJson(''), SyntaxError);
});

const lists: [before: string, after: string][] = [
  ['[]', '[\n  9\n]'],
  ['[1]', '[1, 9]'],
  ['[1,]', '[1, 9,]'],
  ['[1 /* one */]', '[1, /* one */ 9]'],
  ['[\n  1 // one\n]', '[\n  1, // one\n  9\n]'],
  ['[\n\t1, // one\n]', '[\n\t1, // one\n\t9,\n]'],
  ['[\n  1\n  // one\n  , // comma\n]', '[\n  1\n  // one\n  , // comma\n  9,\n]'],
  ['[ // none yet\n]', '[ // none yet\n  9\n]'],
  ['[1 // one\n]', '[1, // one\n9\n]'],
  ['[\r\n    1\r\n]', '[\r\n    1,\r\n    9\r\n]'],
];

test('what is appended stands behind the comment of what was the last', () => {
  for (const [before, after] of lists) assert.equal(appendInJson(before, [], 9), after);
});

test('a value is set where its key is, else behind the other keys', () => {
  const text = '{\n  // the first\n  "a": {"b": 1}, // one\n}';
  assert.equal(setInJson(text, [], 'a', 2), '{\n  // the first\n  "a": 2, // one\n}');
  assert.equal(setInJson(text, ['a'], 'c', 2), '{\n  // the first\n  "a": {"b": 1, "c": 2}, // one\n}');
  assert.equal(setInJson(text, [], 'c', { d: [] }), `${text.slice(0, -2)}\n  "c": {\n    "d": []\n  },\n}`);
});

test('after a change to any value the change is read, and all else as before', () => {
  const key = fc.string().filter((text) => text !== '__proto__');
  const values = fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true });
  fc.assert(
    fc.property(values, key, fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (object, name, value, indent) => {
      const changed = setInJson(JSON.stringify(object, undefined, indent), [], name, value);
      const expected: unknown = JSON.parse(JSON.stringify({ ...object, [name]: value }));
      assert.deepEqual(parseCommentedJson(changed), expected);
    }),
  );
});
