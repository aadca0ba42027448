import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextSteps } from './nextSteps';

test('what a user can do next comes first', () => {
  assert.deepEqual(nextSteps('sshNotAuthenticated', true), ['Try Again', 'Open lockstep.json']);
  assert.deepEqual(nextSteps('sshUnreachable', true), ['Try Again', 'Open lockstep.json']);
  assert.deepEqual(nextSteps('sshUnknownHost', true), ['Open lockstep.json', 'Try Again']);
  assert.deepEqual(nextSteps('remoteNoNode', true), ['Open lockstep.json', 'Try Again']);
  assert.deepEqual(nextSteps('slurmTimeLimit', true), ['Open lockstep.json', 'Try Again']);
  assert.deepEqual(nextSteps('slurmUnreachable', true), ['Try Again', 'Open lockstep.json']);
  assert.deepEqual(nextSteps('sshHostKeyChanged', true), ['Open Known Hosts', 'Try Again']);
});

test('a file that is not there is not offered', () => {
  assert.deepEqual(nextSteps('remoteDiskFull', false), ['Try Again']);
  assert.deepEqual(nextSteps('internal', false), ['Show Log']);
});
