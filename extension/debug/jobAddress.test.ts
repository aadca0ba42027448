import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatJobAddress, parseJobAddress } from './jobAddress';

test('an address is read as it was written', () => {
  for (const address of [{ job: 'job-1' }, { job: 'job-2', runDirectory: '/run/user@home/x' }]) {
    assert.deepEqual(parseJobAddress(formatJobAddress(address)), address);
  }
});
