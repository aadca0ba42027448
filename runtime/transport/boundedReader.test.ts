import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { BoundedReader } from './boundedReader';

const encode = (message: object): Buffer => {
  const body = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
};

/** Feeds chunks to a reader; answers the messages it gave, and the error that ended it. */
async function read(chunks: readonly Uint8Array[]): Promise<{ messages: object[]; error?: Error }> {
  const input = new PassThrough();
  const reader = new BoundedReader(input);
  const messages: object[] = [];
  let error: Error | undefined;
  reader.onError((thrown) => (error = thrown));
  const closed = new Promise<void>((resolve) => reader.onClose(() => resolve()));
  reader.listen((message) => messages.push(message));
  for (const chunk of chunks) if (!input.destroyed) input.write(chunk);
  if (!input.destroyed) input.end();
  await closed;
  return { messages, error };
}

test('messages come out as they went in, however their bytes are cut', async () => {
  const messages = fc.array(
    fc.record({ jsonrpc: fc.constant('2.0'), params: fc.jsonValue() }, { noNullPrototype: true }),
    {
      maxLength: 6,
    },
  );
  await fc.assert(
    fc.asyncProperty(messages, fc.integer({ min: 1, max: 60 }), async (sent, size) => {
      const bytes = Buffer.concat(sent.map(encode));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const seen = await read(chunks);
      assert.equal(seen.error, undefined);
      assert.deepEqual(seen.messages, JSON.parse(JSON.stringify(sent)));
    }),
  );
});

const refused: [string, string][] = [
  ['no length', 'Content-Type: x\r\n\r\n'],
  ['a length that is no number', 'Content-Length: many\r\n\r\n'],
  ['a length of nothing', 'Content-Length: 0\r\n\r\n'],
  ['a length below nothing', 'Content-Length: -5\r\n\r\n'],
  ['a length beyond the limit', `Content-Length: ${(64 << 20) + 1}\r\n\r\n`],
  ['a length beyond all bounds', `Content-Length: ${'9'.repeat(40)}\r\n\r\n`],
  ['a header without an end', 'x'.repeat(5000)],
  ['a body that is no JSON', 'Content-Length: 3\r\n\r\n{{{'],
  ['a body that is no message', 'Content-Length: 1\r\n\r\n7'],
];
for (const [name, text] of refused) {
  test(`${name} ends the link with an error, and what came before counts`, async () => {
    const first = { jsonrpc: '2.0', id: 1 };
    const { messages, error } = await read([encode(first), Buffer.from(text), encode(first)]);
    assert.ok(error, 'there was no error');
    assert.deepEqual(messages, [first]);
  });
}

test('noise ends the link or waits for more, and is never a message', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
      assert.deepEqual((await read([bytes])).messages, []);
    }),
  );
});
