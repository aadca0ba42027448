import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { readRawOutput } from './rawOutput';

async function textsOf(chunks: (string | Uint8Array)[]): Promise<string[]> {
  const texts: string[] = [];
  await readRawOutput(
    Readable.from(chunks.map((chunk) => Buffer.from(chunk))),
    (text) => void texts.push(text),
  );
  return texts;
}

test('lines come whole, characters too, and the last one without its newline', async () => {
  const euro = Buffer.from('€');
  assert.deepEqual(
    await textsOf(['one\nt', 'wo\r\nthree ', euro.subarray(0, 1), euro.subarray(1), '\n\nend']),
    ['one', 'two', 'three €\n', 'end'],
  );
  assert.deepEqual(await textsOf([]), []);
});

test('a line without end is cut', async () => {
  const texts = await textsOf(Array.from({ length: 50 }, () => 'x'.repeat(10_000)));
  assert.equal(texts.join('').length, 500_000);
  assert.ok(texts.every((text) => text.length <= 1 << 16));
});

test('nothing is read before what came is taken', async () => {
  const input = new PassThrough({ highWaterMark: 1000 });
  const texts: string[] = [];
  let take: () => void = () => undefined;
  const reading = readRawOutput(input, (text) => {
    texts.push(text);
    return new Promise((resolve) => (take = resolve));
  });
  let accepted = 0;
  while (input.write(`${'x'.repeat(99)}\n`)) accepted += 1;
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(accepted < 50);
  assert.equal(texts.length, 1);
  input.end();
  let over = false;
  void reading.then(() => (over = true));
  while (!over) {
    take();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(texts.join('\n').split('\n').length, accepted + 1);
});

test('a pipe that breaks is an end', async () => {
  const input = new PassThrough();
  const texts: string[] = [];
  const reading = readRawOutput(input, (text) => void texts.push(text));
  input.write('whole\nhalf');
  await new Promise((resolve) => setImmediate(resolve));
  input.destroy(new Error('broken'));
  await reading;
  assert.deepEqual(texts, ['whole', 'half']);
});
