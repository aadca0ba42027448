import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { Mux } from './mux';

/** Two muxes whose bytes reach each other in later turns; `opened` are the streams that the right side got. */
function pair() {
  const opened: { label: string; stream: Duplex }[] = [];
  let sent = 0;
  const carry = (to: () => Mux) => ({
    full: false,
    send(...pieces: Uint8Array[]) {
      const bytes = Buffer.concat(pieces);
      sent += bytes.length;
      // Cut where a carrier may cut: anywhere.
      const cut = sent % bytes.length;
      setImmediate(() => {
        for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) to().receive(part);
      });
    },
  });
  const left: Mux = new Mux(
    carry(() => right),
    true,
    () => undefined,
  );
  const right: Mux = new Mux(
    carry(() => left),
    false,
    (label, stream) => opened.push({ label, stream }),
  );
  return { left, right, opened, sent: () => sent };
}

async function open(muxes: ReturnType<typeof pair>, label: string): Promise<[Duplex, Duplex]> {
  const ours = muxes.left.open(label);
  await turn();
  await turn();
  const theirs = muxes.opened.find((each) => each.label === label);
  assert.ok(theirs);
  return [ours, theirs.stream];
}

test('a stream carries bytes both ways and ends on both sides', async () => {
  const [ours, theirs] = await open(pair(), 'control');
  ours.end('question');
  theirs.end('answer');
  assert.equal(await text(theirs), 'question');
  assert.equal(await text(ours), 'answer');
});

test('16 MiB arrive whole', async () => {
  const [ours, theirs] = await open(pair(), 'big');
  const bytes = Buffer.alloc(16 << 20, 'lockstep');
  ours.end(bytes);
  const arrived = await buffer(theirs);
  const digest = (data: Buffer) => createHash('sha256').update(data).digest('hex');
  assert.equal(digest(arrived), digest(bytes));
});

test('a stream that nobody reads holds up itself alone', async () => {
  const muxes = pair();
  const [stuck] = await open(muxes, 'stuck');
  const [ours, theirs] = await open(muxes, 'free');
  stuck.write(Buffer.alloc(8 << 20));
  for (let i = 0; i < 100; i += 1) await turn();
  const sent = muxes.sent();
  assert.ok(sent < 5 << 20, `${sent} bytes: the window of 4 MiB holds the rest back`);
  ours.end('through');
  assert.equal(await text(theirs), 'through');
});

test('a stream that is destroyed is gone on the other side', async () => {
  const [ours, theirs] = await open(pair(), 'cut');
  const closed = new Promise((resolve) => theirs.once('close', resolve));
  theirs.resume();
  ours.destroy();
  await closed;
});

test('frames of unknown streams and types are dropped', async () => {
  const muxes = pair();
  const [ours, theirs] = await open(muxes, 'known');
  for (const type of [2, 3, 4, 5, 99])
    muxes.right.receive(Uint8Array.from([9, 9, 0, 0, type, 1, 0, 0, 0, 7]));
  ours.end('still here');
  assert.equal(await text(theirs), 'still here');
});

test('a frame that claims to be long is refused before any of it is kept', () => {
  const { left } = pair();
  assert.throws(() => left.receive(Uint8Array.from([9, 0, 0, 0, 1, 0, 0, 0, 64])), { code: 'malformed' });
});
