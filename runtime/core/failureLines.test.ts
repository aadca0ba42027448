import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureLines } from './failureLines';

const error = { code: 'programFailed', message: 'RangeError: too deep', data: {} } as const;
const at = { file: '/home/ada/sums/total.ts', line: 7, column: 24 };

test('a stack of one line is not shown before the sentence that names this line', () => {
  const lines = failureLines({ error, rank: 1, at, stack: 'at /home/ada/sums/total.ts:7:24' }, '/home/ada');
  assert.deepEqual(lines, ['lockstep: node 1 failed at sums/total.ts:7:24: RangeError: too deep']);
});

test('a longer stack is shown first, its files as seen from the folder', () => {
  const stack =
    'at deep (/home/ada/sums/total.ts:7:24)\nat /home/ada/sums/main.ts:3:5\nat f (/opt/other.ts:1:1)';
  assert.deepEqual(failureLines({ error, rank: 1, at, stack }, '/home/ada'), [
    '    at deep (sums/total.ts:7:24)',
    '    at sums/main.ts:3:5',
    '    at f (/opt/other.ts:1:1)',
    'lockstep: node 1 failed at sums/total.ts:7:24: RangeError: too deep',
  ]);
});

test('what no line of the program caused is told in one line', () => {
  assert.deepEqual(
    failureLines({ error: { code: 'deadlock', message: 'Deadlock.', data: {} } }, '/home/ada'),
    ['lockstep: Deadlock.'],
  );
});
