import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LastingFault } from '../../runtime/protocol/faults';
import { drawnEdges } from './drawnEdges';
import { trafficOfSnapshot } from './traffic';

const traffic = trafficOfSnapshot([
  { source: 0, destination: 1, messages: 5, bytes: 50 },
  { source: 5, destination: 6, messages: 5, bytes: 50 },
]);
const shown = (active: LastingFault[], size: number) =>
  drawnEdges(traffic, active, size).map(
    ({ source, destination, fault }) => `${source}>${destination} ${fault?.words ?? '-'}`,
  );

test('without faults the edges are those with traffic', () => {
  assert.deepEqual(shown([{ fault: 'stop', node: 0 }], 8), ['0>1 -', '5>6 -']);
});

test('an edge that something is wrong with is drawn also where nothing has gone over it', () => {
  assert.deepEqual(shown([{ fault: 'cut', sides: [1, [2, 3]] }], 8), [
    '0>1 -',
    '5>6 -',
    '1>2 cut',
    '1>3 cut',
    '2>1 cut',
    '3>1 cut',
  ]);
  assert.deepEqual(shown([{ fault: 'delay', ms: 5, from: 0, to: [1, 2] }], 8), [
    '0>1 5 ms late',
    '5>6 -',
    '0>2 5 ms late',
  ]);
});

test('a fault of very many edges is drawn on those with traffic', () => {
  const half = Array.from({ length: 32 }, (_, rank) => rank);
  const cut: LastingFault = {
    fault: 'cut',
    sides: [
      [0, ...half.slice(2)],
      [1, ...half.map((rank) => 32 + rank)],
    ],
  };
  assert.deepEqual(shown([cut], 64), ['0>1 cut', '5>6 -']);
  assert.deepEqual(shown([{ fault: 'loss', rate: 0.1 }], 64), ['0>1 loses 10 %', '5>6 loses 10 %']);
});
