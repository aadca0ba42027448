import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { typedAt } from './completions';

test('what stands before the cursor is taken apart', () => {
  const cases: [string, { object?: string; start: string } | undefined][] = [
    ['', { start: '' }],
    ['wor', { start: 'wor' }],
    ['1 + wor', { start: 'wor' }],
    ['world.ra', { object: 'world', start: 'ra' }],
    ['f(a).b[c.d].', { object: 'f(a).b[c.d]', start: '' }],
    ['x = list[0].na', { object: 'list[0]', start: 'na' }],
    ['a?.b', { object: 'a', start: 'b' }],
    ['[...li', { start: 'li' }],
    ['this.#se', { object: 'this', start: '#se' }],
    ['3.1', undefined],
    ['+ .x', undefined],
  ];
  for (const [text, typed] of cases) assert.deepEqual(typedAt(text), typed, text);
});

test('any text is taken', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab.[]()?#"\' 1+') }), (text) => {
      const typed = typedAt(text);
      if (typed) assert.ok(text.endsWith(typed.start));
    }),
  );
});
