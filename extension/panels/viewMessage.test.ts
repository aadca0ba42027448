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

test('wishes for faults name their nodes, or the fault that is to end', () => {
  for (const message of [
    { type: 'injectFault', job: 'job-1', rank: 2 },
    { type: 'injectLinkFault', job: 'job-1', from: 0, to: 1 },
    { type: 'cutLink', job: 'job-1', from: 0, to: 1 },
    { type: 'healFaults', job: 'job-1', fault: 'node 1 stopped' },
    { type: 'healFaults', job: 'job-1' },
  ])
    assert.deepEqual(viewMessage({ ...message, extra: 1 }), message);
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
    { type: 'injectFault', job: 'job-1' },
    { type: 'cutLink', job: 'job-1', from: 0, to: -1 },
    { type: 'injectLinkFault', job: 'job-1', from: '0', to: 1 },
    { type: 'healFaults', job: 'job-1', fault: { fault: 'heal' } },
    { type: 'healFaults' },
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
