import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisAge, spokenAge } from './timeAxis';

test('ages are said from the newest sample backwards', () => {
  assert.deepEqual([0, -15, -60, -120, -150, -135].map(axisAge), [
    'now',
    '−15 s',
    '−60 s',
    '−2 min',
    '−2.5 min',
    '−135 s',
  ]);
  assert.deepEqual([0, -0.5, -12.34, -60, -125].map(spokenAge), [
    'now',
    '0.5 s ago',
    '12.3 s ago',
    '1 min ago',
    '2 min 5 s ago',
  ]);
});
