import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { joinWrites } from './joinWrites';

test('what is written in one turn goes out as one, in its order, and each turn on its own', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const arrived = once(server, 'connection') as Promise<[Socket]>;
  const socket = connect((server.address() as { port: number }).port, '127.0.0.1');
  await once(socket, 'connect');
  const [other] = await arrived;
  let text = '';
  other.setEncoding('utf8').on('data', (data: string) => (text += data));
  const ended = once(other, 'end');

  const calls: number[] = [];
  const writeAll = socket._writev?.bind(socket);
  const writeOne = socket._write.bind(socket);
  socket._writev = (chunks, done) => {
    calls.push(chunks.length);
    writeAll?.(chunks, done);
  };
  socket._write = (chunk: unknown, encoding, done) => {
    calls.push(1);
    writeOne(chunk, encoding, done);
  };
  joinWrites(socket);
  const turn = (...pieces: string[]): Promise<unknown> =>
    Promise.all(pieces.map((piece) => new Promise((resolve) => socket.write(Buffer.from(piece), resolve))));
  try {
    await turn('head ', 'body ', 'tag ');
    await turn('alone ');
    await turn('two ', 'more ');
    socket.end('last');
    await ended;
    assert.deepEqual(calls, [3, 1, 2, 1]);
    assert.equal(text, 'head body tag alone two more last');
  } finally {
    socket.destroy();
    other.destroy();
    server.close();
  }
});
