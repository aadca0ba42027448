import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { viewMessage } from './viewMessage';

test('messages of the contract pass, with their own fields alone', () => {
  assert.deepEqual(viewMessage({ type: 'ready', extra: 1 }), { type: 'ready' });
  assert.deepEqual(viewMessage({ type: 'focusNode', job: 'job-1', rank: 2, command: 'x' }), {
    type: 'focusNode',
    job: 'job-1',
    rank: 2,
  });
  assert.deepEqual(viewMessage({ type: 'openSource', at: { file: '/w/a.ts', line: 3, column: 1 } }), {
    type: 'openSource',
    at: { file: '/w/a.ts', line: 3, column: 1 },
  });
});

test('what is malformed is refused', () => {
  for (const data of [
    undefined,
    null,
    'ready',
    {},
    { type: 'run' },
    { type: 'focusNode', job: 'job-1', rank: -1 },
    { type: 'focusNode', job: 1, rank: 1 },
    { type: 'showOutput', job: 'job-1', rank: 1.5 },
    { type: 'selectJob' },
    { type: 'exportTrace', job: 1 },
    { type: 'openSource', at: null },
    { type: 'openSource', at: { file: '/w/a.ts', line: '3', column: 1 } },
  ]) {
    assert.equal(viewMessage(data), undefined, JSON.stringify(data));
  }
});

test('nothing makes it throw', () => {
  fc.assert(fc.property(fc.anything(), (data) => void viewMessage(data)));
});
