import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LockstepError } from '../protocol/errors';

test('an error of another bundle keeps its code and its sentence', () => {
  const foreign = Object.assign(new Error('whatever it says there'), {
    name: 'LockstepError',
    code: 'sshCancelled',
    data: { host: 'gpu1' },
  });
  const error = LockstepError.from(foreign);
  assert.equal(error.code, 'sshCancelled');
  assert.equal(
    error.message,
    'gpu1: connecting was cancelled. Start the program again and answer its question.',
  );
});

test('what is not of the registry becomes internal', () => {
  for (const thrown of [
    new Error('oops'),
    'oops',
    Object.assign(new Error('oops'), { name: 'LockstepError', code: 'toString', data: {} }),
  ])
    assert.equal(LockstepError.from(thrown).code, 'internal');
});
