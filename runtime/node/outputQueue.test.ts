import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OutputChunk } from '../protocol/agentLink';
import type { OutputStream } from '../protocol/events';
import { OutputQueue } from './outputQueue';

/** A queue whose receiver takes each batch when it is let. */
function held(): { queue: OutputQueue; batches: OutputChunk[][]; take(): Promise<void>; drained(): number } {
  const batches: OutputChunk[][] = [];
  let waiting: (() => void) | undefined;
  let drained = 0;
  const queue = new OutputQueue(
    (chunks) => {
      batches.push(structuredClone(chunks));
      return new Promise((resolve) => (waiting = resolve));
    },
    () => (drained += 1),
  );
  const take = async () => {
    while (!waiting) await new Promise((resolve) => setImmediate(resolve));
    const resume = waiting;
    waiting = undefined;
    resume();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, batches, take, drained: () => drained };
}

/** All that a queue sends, as lines. */
async function linesOf(fill: (queue: OutputQueue) => void): Promise<string[]> {
  const chunks: OutputChunk[] = [];
  const queue = new OutputQueue(
    async (batch) => void chunks.push(...structuredClone(batch)),
    () => undefined,
  );
  fill(queue);
  await queue.flush();
  return chunks.flatMap(({ stream, text }) => text.split('\n').map((line) => `${stream} ${line}`));
}

test('lines come out whole and in order, the last one without its newline too', async () => {
  const lines = await linesOf((queue) => {
    queue.push('stdout', 'one\nt');
    queue.push('stderr', 'warning\n');
    queue.push('stdout', 'wo\n\nthr');
    queue.push('stdout', 'ee');
  });
  assert.deepEqual(lines, ['stdout one', 'stderr warning', 'stdout two', 'stdout ', 'stdout three']);
});

test('however text is cut, each stream’s lines are the same', async () => {
  const streams = fc.constantFrom<OutputStream>('stdout', 'stderr', 'log');
  const pieces = fc.array(fc.tuple(streams, fc.string({ unit: fc.constantFrom('a', 'é', '\n') })));
  await fc.assert(
    fc.asyncProperty(pieces, async (pushes) => {
      const lines = await linesOf((queue) => pushes.forEach(([stream, text]) => queue.push(stream, text)));
      for (const stream of ['stdout', 'stderr', 'log']) {
        const text = pushes.map(([name, piece]) => (name === stream ? piece : '')).join('');
        const expected = text.replace(/\n$/, '').split('\n');
        const seen = lines.filter((line) => line.startsWith(`${stream} `));
        assert.deepEqual(seen, text === '' ? [] : expected.map((line) => `${stream} ${line}`));
      }
    }),
  );
});

test('a line without end is cut, so that nothing grows without bound', async () => {
  const lines = await linesOf((queue) => {
    for (let i = 0; i < 64; i += 1) queue.push('stdout', 'x'.repeat(10_000));
    queue.push('stdout', '\nend\n');
  });
  assert.equal(
    lines
      .slice(0, -1)
      .map((line) => line.slice(7))
      .join('').length,
    640_000,
  );
  assert.ok(lines.every((line) => line.length <= 80_000));
  assert.equal(lines.at(-1), 'stdout end');
});

test('it is full while the receiver is behind, and says when it is no longer', async () => {
  const { queue, take, drained } = held();
  assert.equal(queue.full, false);
  for (let i = 0; i < 20; i += 1) queue.push('stdout', `${'x'.repeat(60_000)}\n`);
  assert.equal(queue.full, true);
  let batches = 0;
  while (queue.full) {
    await take();
    batches += 1;
    assert.ok(batches < 20);
  }
  assert.equal(drained(), 1);
});

test('one batch at a time is under way, and flush waits for all', async () => {
  const { queue, batches, take } = held();
  for (let i = 0; i < 10; i += 1) queue.push('stdout', `${'x'.repeat(60_000)}\n`);
  let flushed = false;
  const flushing = queue.flush().then(() => (flushed = true));
  await take();
  assert.equal(flushed, false);
  const seen = batches.length;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(batches.length, seen);
  while (!flushed) {
    await Promise.race([take(), flushing]);
  }
  const total = batches.flat().reduce((sum, { text }) => sum + text.replaceAll('\n', '').length, 0);
  assert.equal(total, 600_000);
});
