import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeMetrics } from '../../runtime/protocol/node';
import type { MetricsSample } from './contract';
import { columnFrames, heatRange, labelledRanks } from './heatPainter';
import {
  addSample,
  emptyHistory,
  mostFrames,
  nearestFrame,
  ofSize,
  valueIn,
  windowOf,
  type History,
} from './history';
import { lineLook, mostLines } from './palette';
import { combine, quantities, type Quantity } from './quantities';

const quantity = (id: string): Quantity => quantities.find((each) => each.id === id)!;

function sample(timeMs: number, nodes: Partial<NodeMetrics>[]): MetricsSample {
  const rest = {
    cpuShare: 0.5,
    rssBytes: 2 ** 26,
    heapUsedBytes: 0,
    eventLoopDelayMs: 1,
    blockedShare: 0.25,
    messagesIn: 0,
    messagesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
  return {
    type: 'metrics',
    job: 'job-1',
    timeMs,
    nodes: nodes.map((each, rank) => ({ rank, ...rest, ...each })),
  };
}

const newest = ({ frames }: History) => frames[frames.length - 1];

test('rates come from counters, the first sample has none, a new process starts anew', () => {
  let history = addSample(emptyHistory(1), sample(0, [{ messagesOut: 100 }]));
  assert.ok(Number.isNaN(valueIn(newest(history), 0, quantity('messagesOut'))));
  history = addSample(history, sample(500, [{ messagesOut: 150 }]));
  assert.equal(valueIn(newest(history), 0, quantity('messagesOut')), 100);
  history = addSample(history, sample(1000, [{ messagesOut: 5 }]));
  assert.ok(Number.isNaN(valueIn(newest(history), 0, quantity('messagesOut'))));
  history = addSample(history, sample(2000, [{ messagesOut: 15 }]));
  assert.equal(valueIn(newest(history), 0, quantity('messagesOut')), 10);
});

test('a node without a sample is a gap, and its next rate spans it', () => {
  let history = addSample(emptyHistory(2), sample(0, [{}, { bytesIn: 0 }]));
  history = addSample(history, sample(500, [{}]));
  assert.ok(Number.isNaN(valueIn(newest(history), 1, quantity('cpu'))));
  history = addSample(history, sample(1000, [{}, { bytesIn: 4000 }]));
  assert.equal(valueIn(newest(history), 1, quantity('bytesIn')), 4000);
});

test('a sample that is not newer, and ranks beyond the job, are dropped', () => {
  const history = addSample(emptyHistory(1), sample(500, [{}, {}]));
  assert.equal(addSample(history, sample(500, [{}])), history);
  assert.equal(newest(history)?.values.length, quantities.length);
});

test('memory is bounded: old samples get coarser and none of the time is lost', () => {
  let history = emptyHistory(1);
  for (let step = 0; step < 5 * mostFrames; step += 1) {
    history = addSample(history, sample(step * 500, [{ cpuShare: 0.5 }]));
  }
  assert.ok(history.frames.length <= mostFrames);
  const counts = history.frames.map(({ samples }) => samples);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    5 * mostFrames,
  );
  // 6000 samples in 1200 frames: none needs to be the mean of more than 32.
  assert.ok(Math.max(...counts) <= 32, `a frame is the mean of ${Math.max(...counts)} samples`);
  const times = history.frames.map(({ timeMs }) => timeMs);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  assert.equal(times[times.length - 1]! - times[times.length - 2]!, 500);
  for (const frame of history.frames) assert.equal(valueIn(frame, 0, quantity('cpu')), 50);
});

test('a window holds its seconds, and its ages end at now', () => {
  let history = emptyHistory(1);
  for (let step = 0; step <= 400; step += 1) history = addSample(history, sample(step * 500, [{}]));
  const minute = windowOf(history, 60);
  assert.equal(minute.ages[0], -60);
  assert.equal(minute.ages[minute.ages.length - 1], 0);
  assert.equal(windowOf(history, undefined).ages[0], -200);
  assert.equal(windowOf(history, 300).from, -200);
  assert.equal(nearestFrame(minute, -30.1), minute.ages.indexOf(-30));
  assert.deepEqual(windowOf(emptyHistory(1), 60).ages, []);
});

test('nodes together: sum, mean or worst of those that are known', () => {
  assert.equal(combine([1, Number.NaN, 3], 'sum'), 4);
  assert.equal(combine([1, Number.NaN, 3], 'mean'), 2);
  assert.equal(combine([1, Number.NaN, 3], 'worst'), 3);
  assert.ok(Number.isNaN(combine([], 'sum')));
});

test('a heat map shows in each column the sample that it falls to, and nothing before the first', () => {
  const history = [0, 1000, 2000].reduce(
    (each, timeMs) => addSample(each, sample(timeMs, [{}])),
    emptyHistory(1),
  );
  assert.deepEqual(columnFrames({ ...windowOf(history, 4), from: -4 }, 8), [-1, -1, -1, -1, 1, 1, 2, 2]);
});

test('a heat map of memory starts at the lowest value, others at 0', () => {
  const history = addSample(emptyHistory(2), sample(0, [{ rssBytes: 2 ** 26 }, { rssBytes: 2 ** 27 }]));
  assert.deepEqual(heatRange(windowOf(history, 60), 2, quantity('memory')), { bottom: 64, top: 128 });
  assert.deepEqual(heatRange(windowOf(history, 60), 2, quantity('cpu')), { bottom: 0, top: 100 });
});

test('a heat map names its first and last rank', () => {
  assert.deepEqual(labelledRanks(64), [0, 16, 32, 48, 63]);
  assert.equal(labelledRanks(9).at(-1), 8);
});

test('no two lines of a chart look the same', () => {
  const looks = Array.from({ length: mostLines }, (_, rank) => JSON.stringify(lineLook(rank)));
  assert.equal(new Set(looks).size, mostLines);
});

test('a node that has joined later has values from then on, also where frames are joined', () => {
  let history = emptyHistory(1);
  for (let at = 0; at <= mostFrames; at += 1) {
    if (at === 1) history = ofSize(history, 2);
    history = addSample(history, sample(at * 1000, at === 0 ? [{}] : [{}, { cpuShare: 0.5 }]));
  }
  assert.equal(valueIn(history.frames.at(-1), 1, quantity('cpu')), 50);
  assert.equal(valueIn(history.frames[0], 1, quantity('cpu')), 50, 'one frame of what was before and after');
  assert.equal(ofSize(history, 1).size, 2);
});
