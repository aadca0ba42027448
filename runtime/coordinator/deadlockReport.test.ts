import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LockstepError } from '../protocol/errors';
import type { JobFailure } from '../protocol/job';
import { DeadlockReport } from './deadlockReport';

const deadlock = (explanation: string): JobFailure => ({
  error: new LockstepError('deadlock', { who: 'no node can go on', explanation }).toWire(),
});

test('a deadlock is told once, and ends the job when its nodes have stood and wait again', () => {
  const report = new DeadlockReport();
  const failure = deadlock('node 0 waits');
  assert.equal(report.found(failure, [0]), 'tell');
  assert.equal(report.failure, failure);
  assert.equal(report.found(deadlock('node 0 waits'), [0]), 'known', 'the debugger is about to stop them');
  report.paused(3);
  assert.equal(report.found(deadlock('node 0 waits'), [0]), 'known', 'node 3 has no part in it');
  report.paused(0);
  assert.equal(report.found(deadlock('node 0 waits'), [0]), 'end');
});

test('another deadlock, after somebody helped the nodes out of the first, is told anew', () => {
  const report = new DeadlockReport();
  report.found(deadlock('node 0 waits'), [0]);
  report.paused(0);
  assert.equal(report.found(deadlock('node 1 waits'), [1]), 'tell');
  assert.equal(report.found(deadlock('node 1 waits'), [1]), 'known');
});
