import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepting, type ArgumentsOf } from './arguments';

const launch = (more: object): ArgumentsOf<'launch'> =>
  accepting(
    'launch',
    'launch',
    (input) => input,
  )({ program: '/w/ring.ts', ...more }) as ArgumentsOf<'launch'>;

test('a launch configuration that says no more than its program', () => {
  const { program, args, faults, faultSeed } = launch({});
  assert.deepEqual([program, args, faults, faultSeed], ['/w/ring.ts', [], undefined, undefined]);
});

test('faults are a path or a plan, with a seed', () => {
  assert.equal(launch({ faults: 'faults.json' }).faults, 'faults.json');
  const plan = { faults: [{ fault: 'kill', node: 1 }] };
  assert.deepEqual(launch({ faults: plan }).faults, plan);
  for (const seed of [0, 7, 2 ** 32 - 1]) assert.equal(launch({ faultSeed: seed }).faultSeed, seed);
});

for (const seed of [-1, 1.5, 2 ** 32, '7', null]) {
  test(`${JSON.stringify(seed)} is no seed of faults`, () => {
    assert.throws(() => launch({ faultSeed: seed }), {
      code: 'badRequest',
      message: `The request "launch" is malformed: faultSeed: must be a whole number from 0 to 4294967295, and is ${JSON.stringify(seed)}.`,
    });
  });
}
