import assert from 'node:assert/strict';
import type { Profiler } from 'node:inspector';
import { test } from 'node:test';
import { busiestLine } from './busiestLine';

const bundle = '/tmp/run/program.cjs';
const frame = (functionName: string, url: string, lineNumber: number) => ({
  functionName,
  url,
  lineNumber,
  columnNumber: 0,
  scriptId: '1',
});

const profileOf = (nodes: Profiler.ProfileNode[], samples: number): Profiler.Profile => ({
  nodes,
  startTime: 0,
  endTime: 1,
  samples: new Array<number>(samples).fill(1),
});

test('the line with the most ticks of the program is the busiest', () => {
  const nodes = [
    { id: 1, callFrame: frame('(root)', '', -1), children: [2, 4] },
    { id: 2, callFrame: frame('run', 'file:///dist/node.js', 1), hitCount: 3, children: [3] },
    {
      id: 3,
      callFrame: frame('relax', `file://${bundle}`, 9),
      hitCount: 90,
      positionTicks: [
        { line: 12, ticks: 30 },
        { line: 14, ticks: 60 },
      ],
    },
    { id: 4, callFrame: frame('(idle)', '', -1), hitCount: 7 },
  ];
  assert.equal(busiestLine(profileOf(nodes, 100), bundle), 14);
});

test('what the program calls counts for the function that calls it', () => {
  const nodes = [
    { id: 1, callFrame: frame('(root)', '', -1), children: [2] },
    {
      id: 2,
      callFrame: frame('hash', bundle, 20),
      hitCount: 1,
      positionTicks: [{ line: 22, ticks: 1 }],
      children: [3],
    },
    { id: 3, callFrame: frame('digest', 'node:crypto', 5), hitCount: 50 },
  ];
  assert.equal(busiestLine(profileOf(nodes, 51), bundle), 21);
});

test('a program that is idle nearly all of the time computes nowhere', () => {
  const nodes = [
    { id: 1, callFrame: frame('(root)', '', -1), children: [2, 3] },
    { id: 2, callFrame: frame('tick', bundle, 1), hitCount: 2, positionTicks: [{ line: 2, ticks: 2 }] },
    { id: 3, callFrame: frame('(idle)', '', -1), hitCount: 98 },
  ];
  assert.equal(busiestLine(profileOf(nodes, 100), bundle), undefined);
  assert.equal(busiestLine(profileOf([], 0), bundle), undefined);
});
