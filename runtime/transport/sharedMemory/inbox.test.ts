import assert from 'node:assert/strict';
import { closeSync, fstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { Envelope, Payload } from '../../protocol/envelope';
import { createInbox, Inbox, inboxPath } from './inbox';
import { NativeMemory } from './nativeMemory';
import { Outbox } from './outbox';
import { ringLayout, tokenBytes } from './ringLayout';

const native = NativeMemory.load(join(process.cwd(), 'dist'));
const token = new Uint8Array(tokenBytes).fill(7);
const size = 2;
const layout = ringLayout(size);

const mapped = (): number =>
  readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.includes('memfd:lockstep')).length;

/** The inbox of rank 0 of a job that began with two nodes, and the way into it of a node of any rank. */
function inboxOf(context: TestContext) {
  const file = createInbox(native, size, token);
  context.after(() => closeSync(file));
  const rooms: number[] = [];
  const inbox = new Inbox(native, file, 0, size, (source) => rooms.push(source));
  const bytesHeld = (): number => fstatSync(file).blocks * 512;
  return {
    inbox,
    rooms,
    bytesHeld,
    from: (rank: number) => new Outbox(native, inboxPath(file), rank, size, token),
  };
}

const envelope = (source: number, tag: number): Envelope => ({
  mode: 0,
  communicator: 0,
  source,
  destination: 0,
  tag,
  sequence: 0,
  messageId: tag,
  clock: 0,
  bytes: 1,
  signature: 0,
});
const payload = (bytes: number): Payload => ({ kind: 0, parts: [new Uint8Array(bytes).fill(1)] });

function send(outbox: Outbox, source: number, tag: number, bytes = 8): boolean {
  return outbox.writer.begin(envelope(source, tag), payload(bytes), bytes);
}

describe('the memory of a node that is gone', () => {
  test('is given back on the side that read and on the side that wrote, however often nodes come', (context) => {
    const { inbox, from, bytesHeld } = inboxOf(context);
    const [before, bytes] = [mapped(), bytesHeld()];
    for (let rank = 1; rank < 40; rank += 1) {
      const outbox = from(rank);
      assert.ok(send(outbox, rank, rank, 20_000));
      assert.equal(inbox.poll()?.envelope.tag, rank);
      assert.ok(bytesHeld() >= bytes + layout.ringBytes);
      inbox.lose(rank);
      outbox.lose();
      outbox.lose();
    }
    assert.equal(mapped(), before);
    assert.equal(bytesHeld(), bytes);
  });

  for (const rank of [1, 5]) {
    test(`is read to its end before, of rank ${rank} of ${size}; a message that did not come whole is none`, (context) => {
      const { inbox, from, bytesHeld } = inboxOf(context);
      const before = bytesHeld();
      const outbox = from(rank);
      for (const tag of [1, 2, 3]) assert.ok(send(outbox, rank, tag));
      assert.ok(send(outbox, rank, 4, 4 * layout.bulkBytes));
      const other = from(2);
      assert.ok(send(other, 2, 9));
      inbox.lose(rank);
      assert.ok(inbox.ready && bytesHeld() >= before + 2 * layout.ringBytes);
      const tags = [];
      for (let message = inbox.poll(); message; message = inbox.poll()) tags.push(message.envelope.tag);
      assert.deepEqual(tags.sort(), [1, 2, 3, 9]);
      assert.ok(!inbox.ready);
      assert.equal(bytesHeld(), before + layout.ringBytes);
      // The one that stays is read on.
      assert.ok(send(other, 2, 10));
      assert.equal(inbox.poll()?.envelope.tag, 10);
    });
  }

  test('is not touched again by whoever wrote there, and what comes too late is not read', (context) => {
    const { inbox, from, rooms } = inboxOf(context);
    const early = from(3);
    assert.ok(send(early, 3, 1));
    assert.equal(inbox.poll()?.envelope.tag, 1);
    inbox.lose(3);
    inbox.lose(4);
    const late = from(4);
    for (const [outbox, rank] of [
      [early, 3],
      [late, 4],
    ] as const) {
      assert.ok(send(outbox, rank, 2)); // it does not know that it was given up
      assert.ok(!inbox.ready);
      assert.equal(inbox.poll(), undefined);
    }
    inbox.close();
    assert.deepEqual(rooms, []);
    const { writer } = early;
    early.lose();
    assert.ok(early.closed && !early.isAwaited);
    early.wake();
    // A send that stood in the middle when its node was lost comes back to the ring.
    writer.askForRoom();
    assert.ok(writer.begin(envelope(3, 5), payload(8), 8));
  });
});
