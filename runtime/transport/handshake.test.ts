import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { handshakeLimitMs, type LinkIdentity, type Proven, proveAcceptor, proveConnector } from './handshake';

const helloBytes = 49;
const answerBytes = 64;
const secret = randomBytes(32);
const node: LinkIdentity = { role: 'node', job: 3, rank: 5 };

let folder = '';
let server: Server;
const accepted: ((socket: Socket) => void)[] = [];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'handshake-'));
  server = createServer((socket) => accepted.shift()?.(socket));
  await new Promise<void>((resolve) => server.listen(join(folder, 's'), resolve));
});

after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** The two ends of a new link. */
async function pair(): Promise<[connector: Socket, acceptor: Socket]> {
  const acceptor = new Promise<Socket>((resolve) => accepted.push(resolve));
  const connector = connect(join(folder, 's'));
  await new Promise((resolve) => connector.once('connect', resolve));
  return [connector, await acceptor];
}

const closed = (socket: Socket): Promise<unknown> =>
  new Promise((resolve) => (socket.destroyed ? resolve(undefined) : socket.once('close', resolve).resume()));

/** Reads exactly so many bytes, as they are written. */
async function take(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(count) as Buffer | null;
    if (bytes) return bytes;
    await new Promise((resolve) => socket.once('readable', resolve));
  }
}

const accept = (socket: Socket) => proveAcceptor(socket, () => secret);

/** Runs an acceptor against a peer that does something else; it has to refuse and to close. */
async function refuses(peer: (socket: Socket) => unknown): Promise<void> {
  const [connector, acceptor] = await pair();
  connector.on('error', () => undefined);
  const refused = assert.rejects(accept(acceptor));
  await peer(connector);
  await refused;
  assert.equal(acceptor.destroyed, true);
  connector.destroy();
}

/** A connector and an acceptor with someone between them, who may change what passes. */
async function between(
  identity: LinkIdentity,
  toAcceptor: (bytes: Buffer, at: number) => Buffer,
  toConnector: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<{ connector: PromiseSettledResult<Buffer>; acceptor: PromiseSettledResult<Proven> }> {
  const [connector, left] = await pair();
  const [right, acceptor] = await pair();
  let at = 0;
  left
    .on('error', () => undefined)
    .on('data', (bytes: Buffer) => {
      right.write(toAcceptor(bytes, at));
      at += bytes.length;
    });
  right.on('error', () => undefined).on('data', (bytes: Buffer) => left.write(toConnector(bytes)));
  left.on('close', () => right.destroy());
  right.on('close', () => left.destroy());
  const [first, second] = await Promise.allSettled([
    proveConnector(connector, identity, secret),
    accept(acceptor),
  ]);
  for (const socket of [connector, left, right, acceptor]) socket.destroy();
  return { connector: first, acceptor: second };
}

test('both ends prove themselves; what follows stays in the stream', async () => {
  const [connector, acceptor] = await pair();
  const [session, proven] = await Promise.all([
    proveConnector(connector, node, secret).then((own) => (connector.write('hello'), own)),
    accept(acceptor),
  ]);
  assert.deepEqual(proven.identity, node);
  assert.ok(session.length === 32 && session.equals(proven.session), 'both have the secret of their link');
  assert.equal((await take(acceptor, 5)).toString(), 'hello');
  acceptor.write('there');
  assert.equal((await take(connector, 5)).toString(), 'there');
  connector.destroy();
  acceptor.destroy();
});

test('with two secrets that differ neither end is satisfied', async () => {
  const secrets = fc.uint8Array({ minLength: 0, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(secrets, secrets, async (ours, theirs) => {
      fc.pre(Buffer.compare(ours, theirs) !== 0);
      // HMAC fills a short key up with zeros: keys of the runtime have all the same length.
      const [a, b] = [ours, theirs].map((s) => Buffer.concat([Buffer.from([s.length]), s])) as [
        Buffer,
        Buffer,
      ];
      const [connector, acceptor] = await pair();
      const ends = await Promise.allSettled([
        proveConnector(connector, node, a),
        proveAcceptor(acceptor, () => b),
      ]);
      assert.deepEqual(
        ends.map(({ status }) => status),
        ['rejected', 'rejected'],
      );
      await Promise.all([closed(connector), closed(acceptor)]);
    }),
    { numRuns: 50 },
  );
});

test('a recorded exchange opens nothing', async () => {
  const recorded: Buffer[] = [];
  const { acceptor } = await between(node, (bytes) => (recorded.push(bytes), bytes));
  assert.equal(acceptor.status, 'fulfilled');
  await refuses((socket) => socket.write(Buffer.concat(recorded)));
  // Answered in turn, as the real one would, it opens nothing either.
  await refuses(async (socket) => {
    const all = Buffer.concat(recorded);
    socket.write(all.subarray(0, helloBytes));
    await take(socket, answerBytes);
    socket.write(all.subarray(helloBytes));
  });
});

test('no byte of the exchange can be changed on the way: not the role, the job, the rank, a nonce, a proof', async () => {
  const positions = fc.oneof(fc.integer({ min: 8, max: 16 }), fc.nat(helloBytes + 31));
  await fc.assert(
    fc.asyncProperty(positions, fc.integer({ min: 1, max: 255 }), async (position, flip) => {
      const { connector, acceptor } = await between(node, (bytes, at) => {
        const changed = Buffer.from(bytes);
        if (position >= at && position < at + bytes.length) changed[position - at]! ^= flip;
        return changed;
      });
      assert.equal(acceptor.status, 'rejected');
      assert.equal(connector.status, 'rejected');
    }),
    { numRuns: 100 },
  );
});

test('a false acceptor convinces nobody, also if it sends back what it was sent', async () => {
  for (const answer of [
    (hello: Buffer) => Buffer.concat([hello, hello]).subarray(0, answerBytes),
    () => randomBytes(answerBytes),
    () => Buffer.alloc(answerBytes),
  ]) {
    const [connector, acceptor] = await pair();
    const refused = assert.rejects(proveConnector(connector, node, secret), { code: 'refused' });
    acceptor.write(answer(await take(acceptor, helloBytes)));
    await refused;
    // It has learned nothing: the connector's proof was never sent.
    assert.equal(acceptor.read(), null);
    await closed(acceptor);
  }
});

test('noise, cut off anywhere, is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => refuses((socket) => socket.end(bytes))),
    { numRuns: 100 },
  );
});

test('an exchange that breaks off at any byte is refused on both sides', async () => {
  for (let length = 0; length < helloBytes + 32; length += 1) {
    const [connector, left] = await pair();
    const [right, acceptor] = await pair();
    const ends = Promise.allSettled([proveConnector(connector, node, secret), accept(acceptor)]);
    right.on('error', () => undefined).pipe(left.on('error', () => undefined));
    for (let passed = 0; passed < length;) {
      const bytes = await take(
        left,
        Math.min(passed < helloBytes ? helloBytes - passed : 32, length - passed),
      );
      right.write(bytes);
      passed += bytes.length;
    }
    right.end();
    left.destroy();
    assert.deepEqual(
      (await ends).map(({ status }) => status),
      ['rejected', 'rejected'],
      `${length} bytes`,
    );
    right.destroy();
  }
});

test('who is not expected is answered like who is wrong, and learns nothing', async () => {
  const answers = await Promise.all(
    [undefined, secret].map(async (known) => {
      const [connector, acceptor] = await pair();
      const refused = assert.rejects(
        proveAcceptor(acceptor, () => known),
        { code: 'refused' },
      );
      connector.write(Buffer.concat([Buffer.from('LKSTEP01'), Buffer.alloc(helloBytes - 8, 1)]));
      const answer = await take(connector, answerBytes);
      connector.write(randomBytes(32));
      await refused;
      await closed(connector);
      return answer.length;
    }),
  );
  assert.deepEqual(answers, [answerBytes, answerBytes]);
});

test('whoever is silent, or stops halfway, is cut off when the time is over', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const silent: [string, (connector: Socket) => unknown][] = [
    ['says nothing', () => undefined],
    ['stops within the hello', (connector) => connector.write(Buffer.alloc(20))],
    ['stops after the hello', (connector) => connector.write(Buffer.alloc(helloBytes))],
  ];
  for (const [name, peer] of silent) {
    const [connector, acceptor] = await pair();
    const refused = assert.rejects(accept(acceptor), { code: 'refused' }, name);
    peer(connector.on('error', () => undefined));
    context.mock.timers.tick(handshakeLimitMs - 1);
    assert.equal(acceptor.destroyed, false, name);
    context.mock.timers.tick(1);
    await refused;
    await closed(connector);
  }
  const [connector, acceptor] = await pair();
  const refused = assert.rejects(proveConnector(connector, node, secret), { code: 'refused' });
  context.mock.timers.tick(handshakeLimitMs);
  await refused;
  await closed(acceptor);
});

test('a link that breaks with an error, at any stage, is a rejection and no crash', async () => {
  const stages = [0, helloBytes, helloBytes + answerBytes];
  for (const stage of stages) {
    const [connector, acceptor] = await pair();
    const ends = Promise.allSettled([
      stage === 0 ? Promise.reject(new Error('not tried')) : proveConnector(connector, node, secret),
      stage === helloBytes ? Promise.reject(new Error('not tried')) : accept(acceptor),
    ]);
    connector.on('error', () => undefined);
    acceptor.on('error', () => undefined);
    connector.destroy(new Error('reset'));
    acceptor.destroy(new Error('reset'));
    assert.ok((await ends).every(({ status }) => status === 'rejected'));
    // Late errors find someone who listens.
    connector.emit('error', new Error('late'));
  }
});
