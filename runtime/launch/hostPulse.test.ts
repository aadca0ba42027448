import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { MachineLoad } from '../protocol/host';
import type { RelayStatus } from '../protocol/relay';
import { startPulse } from './hostPulse';

beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
afterEach(() => mock.timers.reset());

/** What follows from answers that have been given. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a machine that does not answer is asked no further question until it has', async () => {
  const answers: ((status: RelayStatus) => void)[] = [];
  const pulses: MachineLoad[] = [];
  const pulse = startPulse(
    () => new Promise((resolve) => answers.push(resolve)),
    (load) => pulses.push(load),
  );
  mock.timers.tick(20_000);
  assert.equal(answers.length, 1);
  answers[0]?.({ load: 0.5, freeMemoryMiB: 64 });
  await settled();
  assert.deepEqual(
    pulses.map(({ load, freeMemoryMiB }) => [load, freeMemoryMiB]),
    [[0.5, 64]],
  );
  mock.timers.tick(3000);
  assert.equal(answers.length, 2);
  pulse.dispose();
  answers[1]?.({ load: 1, freeMemoryMiB: 1 });
  await settled();
  assert.equal(pulses.length, 1);
  mock.timers.tick(20_000);
  assert.equal(answers.length, 2);
});

test('an answer that fails is no end of the questions', async () => {
  let asked = 0;
  const pulse = startPulse(
    () => {
      asked += 1;
      return Promise.reject(new Error('gone'));
    },
    () => assert.fail('there was no answer'),
  );
  await settled();
  mock.timers.tick(3000);
  assert.equal(asked, 2);
  pulse.dispose();
});
