import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutputQueue } from './outputQueue';

const queue = (): OutputQueue => new OutputQueue((job) => `${job} · ring.ts`);

test('one text a rank, in order, under a heading', () => {
  const output = queue();
  output.add({ job: 'job-1', rank: 1, stream: 'log', text: 'a\nb' });
  output.add({ job: 'job-1', rank: 0, stream: 'stdout', text: 'x' });
  output.add({ job: 'job-1', rank: 1, stream: 'stderr', text: 'c' });
  assert.deepEqual(output.take(), [
    { rank: 1, text: '── job-1 · ring.ts ──\na\nb\nc\n' },
    { rank: 0, text: '── job-1 · ring.ts ──\nx\n' },
  ]);
  assert.deepEqual(output.take(), []);
});

test('a heading again only where another job begins', () => {
  const output = queue();
  output.add({ job: 'job-1', rank: 0, stream: 'log', text: 'a' });
  output.take();
  output.add({ job: 'job-1', rank: 0, stream: 'log', text: 'b' });
  assert.deepEqual(output.take(), [{ rank: 0, text: 'b\n' }]);
  output.add({ job: 'job-2', rank: 0, stream: 'log', text: 'c' });
  assert.deepEqual(output.take(), [{ rank: 0, text: '\n── job-2 · ring.ts ──\nc\n' }]);
});

test("the runtime's own words are marked", () => {
  const output = queue();
  output.add({ job: 'job-1', rank: 0, stream: 'lockstep', text: '3 lines were left out' });
  assert.match(output.take()[0]?.text ?? '', /^\[lockstep\] 3 lines were left out$/m);
});
