import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { Mux } from './mux';

/** Two muxes whose frames reach each other in later turns; `opened` are the streams that the right side got. */
function pair() {
  const opened: { label: string; stream: Duplex }[] = [];
  let frames = 0;
  const carry = (to: () => Mux) => ({
    full: false,
    send(frame: Uint8Array) {
      frames += 1;
      setImmediate(() => to().receive(frame));
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
  return { left, right, opened, frames: () => frames };
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
  const sent = muxes.frames();
  assert.ok(sent < 100, `${sent} frames: the window of 1 MiB holds the rest back`);
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

test('frames of unknown streams and types, and frames too short, are dropped', () => {
  const { left } = pair();
  for (const frame of [[], [1], [9, 0, 0, 0, 2, 7], [9, 0, 0, 0, 99]]) left.receive(Uint8Array.from(frame));
});
