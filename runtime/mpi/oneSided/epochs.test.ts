import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LockstepError } from '../../protocol/errors';
import { Epochs } from './epochs';

const messageOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof LockstepError && error.code === 'badEpoch', String(error));
    return error.message;
  }
  return 'no error';
};

describe('the epochs of a window', () => {
  test('an access outside an epoch says who, what, where, and what to call', () => {
    const epochs = new Epochs('window 1', 1);
    assert.equal(
      messageOf(() => epochs.access('put', 2, 'elements 4 to 7')),
      'put on window 1: rank 1 accesses elements 4 to 7 of window 1 at rank 2 outside an epoch. First call lock(2) or lockAll(), or fence() at all nodes, or start([2]) where rank 2 calls post([1]).',
    );
    epochs.lock(0, 'shared');
    assert.match(
      messageOf(() => epochs.access('get', 2, 'element 0')),
      /outside an epoch, as only rank 0 is locked\. First/,
    );
  });

  test('a fence with nothing in it can be followed by a lock, another one cannot', () => {
    const epochs = new Epochs('w', 0);
    epochs.fence();
    epochs.lock(1, 'exclusive');
    epochs.unlock(1);
    epochs.fence();
    assert.equal(epochs.access('put', 1, 'element 0'), 'fence');
    assert.match(
      messageOf(() => epochs.lock(1, 'shared')),
      /elements were accessed since the last fence\. Call fence/,
    );
  });

  test('exposing the own part and accessing others go together', () => {
    const epochs = new Epochs('w', 0);
    epochs.post([1]);
    epochs.start([2]);
    assert.equal(epochs.access('put', 2, 'element 0'), 'start');
    assert.match(
      messageOf(() => epochs.free()),
      /an epoch is open: start\(\[2\]\) was not followed by complete\(\)/,
    );
    assert.deepEqual(epochs.complete(), [2]);
    assert.match(
      messageOf(() => epochs.post([3])),
      /post\(\[1\]\) was not followed by wait\(\)\. Call wait/,
    );
    assert.deepEqual(epochs.exposedTo('wait'), [1]);
    epochs.withdraw();
    epochs.free();
  });

  test('whatever is called, an access is allowed exactly while one of the epochs is open', () => {
    const calls = fc.constantFrom(
      'fence',
      'lock',
      'unlock',
      'lockAll',
      'unlockAll',
      'start',
      'complete',
      'access',
    );
    fc.assert(
      fc.property(fc.array(calls, { maxLength: 30 }), (sequence) => {
        const epochs = new Epochs('w', 0);
        const open = { fence: false, lock: false, all: false, start: false };
        for (const call of sequence) {
          const act = {
            fence: () => epochs.fence(),
            lock: () => epochs.lock(1, 'shared'),
            unlock: () => epochs.unlock(1),
            lockAll: () => epochs.lockAll(),
            unlockAll: () => epochs.unlockAll(),
            start: () => epochs.start([1]),
            complete: () => void epochs.complete(),
            access: () => void epochs.access('put', 1, 'element 0'),
          }[call];
          const done = messageOf(act) === 'no error';
          if (call === 'access') {
            assert.equal(done, open.fence || open.lock || open.all || open.start, JSON.stringify(open));
          } else if (done) {
            if (call === 'fence') open.fence = true;
            else if (call === 'lock' || call === 'unlock') open.lock = call === 'lock';
            else if (call === 'lockAll' || call === 'unlockAll') open.all = call === 'lockAll';
            else open.start = call === 'start';
            if (['lock', 'lockAll', 'start'].includes(call)) open.fence = false;
          }
          assert.ok(!(open.lock && open.all), 'a part is locked once');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
