import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourceLimiter } from './sourceLimiter';

const admitted = (limiter: SourceLimiter, source: string, count: number, atMs: number): number =>
  Array.from({ length: count }, () => limiter.admits(source, atMs)).filter(Boolean).length;

test('a source has a burst, and then so many a second; the others are not touched', () => {
  const limiter = new SourceLimiter();
  assert.equal(admitted(limiter, 'a', 1000, 0), 200);
  assert.equal(admitted(limiter, 'a', 1000, 500), 50);
  assert.equal(admitted(limiter, 'b', 10, 500), 10);
});

test('sources without end take no memory without end', () => {
  const limiter = new SourceLimiter();
  for (let index = 0; index < 10_000; index += 1) limiter.admits(String(index), 0);
  assert.equal(limiter.size, 1024);
});
