import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { connectTls, listenTls, type SharedKey } from './tlsLink';

/** A listener that expects one key, and what has come in. */
async function listen(shared: SharedKey) {
  const links: Duplex[] = [];
  const waiting: ((link: Duplex) => void)[] = [];
  const listener = await listenTls(
    undefined,
    (name) => (name === shared.name ? shared.key : undefined),
    (link, name) => {
      assert.equal(name, shared.name);
      links.push(link);
      waiting.shift()?.(link);
    },
  );
  return { ...listener, links, next: () => new Promise<Duplex>((resolve) => waiting.push(resolve)) };
}

const newKey = (name = 'pair'): SharedKey => ({ name, key: randomBytes(32) });

async function closed(socket: Duplex): Promise<void> {
  socket.on('error', () => undefined).resume();
  if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
}

test('who knows the key comes in, and bytes pass both ways', async () => {
  const shared = newKey();
  const listener = await listen(shared);
  const accepted = listener.next();
  const near = await connectTls('127.0.0.1', listener.port, shared);
  const far = await accepted;
  near.write('there');
  const there = await new Promise<Buffer>((resolve) => far.once('data', resolve));
  far.write('back');
  const back = await new Promise<Buffer>((resolve) => near.once('data', resolve));
  assert.deepEqual([there.toString(), back.toString()], ['there', 'back']);
  near.destroy();
  await closed(far);
  listener.close();
});

test('another key, another name, noise: nobody comes in', async () => {
  const shared = newKey();
  const listener = await listen(shared);
  const wrong = [
    newKey(),
    newKey('other'),
    { name: '', key: shared.key },
    { name: 'other', key: shared.key },
  ];
  for (const each of wrong) await assert.rejects(connectTls('127.0.0.1', listener.port, each), Error);
  for (const bytes of [1, 5, 300, 70_000]) {
    const noise = connect(listener.port, '127.0.0.1');
    noise.write(randomBytes(bytes));
    noise.end();
    await closed(noise);
  }
  assert.equal(listener.links.length, 0);
  const accepted = listener.next();
  const near = await connectTls('127.0.0.1', listener.port, shared);
  const far = await accepted;
  near.destroy();
  await closed(far);
  listener.close();
});

test('a crowd that says nothing is bounded, closed, keeps nobody out, and cuts no link that is there', async () => {
  const shared = newKey();
  const listener = await listen(shared);
  const first = listener.next();
  const early = await connectTls('127.0.0.1', listener.port, shared);
  const earlyFar = await first;
  const crowd = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const socket: Socket = connect(listener.port, '127.0.0.1');
      await new Promise((resolve) => socket.once('connect', resolve));
      return socket;
    }),
  );
  const accepted = listener.next();
  const near = await connectTls('127.0.0.1', listener.port, shared);
  const far = await accepted;
  await Promise.all(crowd.map(closed));
  far.write('still here');
  const said = await new Promise<Buffer>((resolve) => near.once('data', resolve));
  assert.equal(said.toString(), 'still here');
  earlyFar.write('so am I');
  const heard = await new Promise<Buffer | undefined>((resolve) => {
    early.once('data', resolve).once('close', () => resolve(undefined));
  });
  assert.equal(heard?.toString(), 'so am I');
  near.destroy();
  early.destroy();
  await Promise.all([far, earlyFar].map(closed));
  listener.close();
});

test('a false listener gets no link: one that says nothing of TLS, and one that does not know the key', async () => {
  const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  const other = createTlsServer({
    minVersion: 'TLSv1.3',
    ciphers: 'TLS_AES_128_GCM_SHA256',
    pskCallback: () => randomBytes(32),
  }).on('tlsClientError', (_error, socket) => socket.destroy());
  for (const server of [echo, other]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await assert.rejects(connectTls('127.0.0.1', port, newKey()), /not of this run/);
    await new Promise((resolve) => server.close(resolve));
  }
});

test('a port where nobody listens is said to refuse; a taken port of a range is passed over', async () => {
  const shared = newKey();
  const first = await listen(shared);
  const taken: [number, number] = [first.port, first.port];
  const ignore = () => undefined;
  await assert.rejects(listenTls(taken, ignore, ignore), { code: 'noDirectPort' });
  first.close();
  await assert.rejects(connectTls('127.0.0.1', first.port, shared), /^Error: connection refused$/);
});
