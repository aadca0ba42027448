import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programFrames } from './sourceStack';

test('frames of the program are read, in every form that V8 writes them', () => {
  const stack = [
    'Error: at first (not/a/frame.ts:1:2)',
    'second line of the message',
    '    at solve (/home/ada/ring.ts:10:11)',
    '    at Matrix.get [as item] (/home/ada/my lab/matrix (old).ts:20:1)',
    '    at async /home/ada/ring.ts:30:7',
    '    at new Matrix (file:///home/ada/my%20lab/matrix.ts:3:4)',
    '    at Object.<anonymous> (/home/ada/ring.ts:2:8)',
    '    at C:\\lab\\ring.ts:5:6',
  ].join('\n');
  assert.deepEqual(
    programFrames(stack).map(({ file, line, column }) => [file, line, column]),
    [
      ['/home/ada/ring.ts', 10, 11],
      ['/home/ada/my lab/matrix (old).ts', 20, 1],
      ['/home/ada/ring.ts', 30, 7],
      ['/home/ada/my lab/matrix.ts', 3, 4],
      ['/home/ada/ring.ts', 2, 8],
      ['C:\\lab\\ring.ts', 5, 6],
    ],
  );
});

test('frames of the runtime and of Node.js are left out', () => {
  const stack = [
    'Error: x',
    `    at Channel.block (${__filename}:1:1)`,
    '    at lockstep:idle:1:1',
    '    at useStop (lockstep:stop:1:20)',
    '    at Module._compile (node:internal/modules/cjs/loader:1554:14)',
    '    at node:internal/main/run_main_module:36:49',
    '    at Array.map (<anonymous>)',
    '    at eval (eval at run (/home/ada/ring.ts:9:9), <anonymous>:1:1)',
    '    at async Promise.all (index 0)',
    '    at JSON.parse (native)',
    '    at lockstep:idle:1:1',
    '    at run (/home/ada/ring.ts:1:1)',
  ].join('\n');
  assert.deepEqual(
    programFrames(stack).map(({ text }) => text),
    ['at run (/home/ada/ring.ts:1:1)'],
  );
});

test('a stack without frames has none', () => {
  assert.deepEqual(programFrames(''), []);
  assert.deepEqual(programFrames('RangeError: Maximum call stack size exceeded'), []);
});
