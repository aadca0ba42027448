import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { encodeMessageHeader, encodeText, frameTypes } from '../../core/framing';
import { type Envelope, type Message, type Payload, payloadBytes } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';
import type { PlaceParts } from '../endpoint';
import { MessageReader } from './messageReader';
import { MessageWriter } from './messageWriter';
import { ended, notNow } from './nativeSockets';
import { checkMessage, envelopeOf, payloadOf } from '../testing/knownMessages';

const nowhere: PlaceParts = () => undefined;

/** A socket of this capacity, which takes and gives at most so many bytes at a time. */
function socketOf(capacity: number, atOnce: () => number) {
  let held = Buffer.alloc(0);
  return {
    send(bytes: Uint8Array, count: number): number {
      const taken = Math.min(count, capacity - held.length, atOnce());
      held = Buffer.concat([held, bytes.subarray(0, taken)]);
      return taken;
    },
    receive(bytes: Uint8Array, count: number): number {
      const given = Math.min(count, held.length, atOnce());
      bytes.set(held.subarray(0, given));
      held = held.subarray(given);
      return given;
    },
  };
}

/** A reader of bytes that are there from the beginning; after them the link has ended. */
function readerOf(bytes: Uint8Array, place = nowhere): MessageReader {
  let at = 0;
  const receive = (target: Uint8Array, count: number): number => {
    const piece = bytes.subarray(at, at + count);
    target.set(piece);
    at += piece.length;
    return piece.length > 0 ? piece.length : ended;
  };
  return new MessageReader(receive, 5, 7, place);
}

function frameOf(envelope: Envelope, payload: Payload): Buffer {
  return Buffer.concat([encodeMessageHeader(envelope, payload), ...payload.parts]);
}

const one: Payload = { kind: 1, parts: [Uint8Array.of(1, 2, 3)] };
const right = frameOf(envelopeOf(0, one), one);

/** A frame that is right but for what `change` does to it. */
function changed(change: (bytes: Buffer) => unknown): Buffer {
  const bytes = Buffer.from(right);
  change(bytes);
  return bytes;
}

describe('messages on a data link', () => {
  test('come out as they went in, in order, however the bytes are cut and whoever gets ahead', () => {
    const partBytes = fc.oneof(
      { weight: 6, arbitrary: fc.nat(200) },
      { weight: 2, arbitrary: fc.integer({ min: 1000, max: 20_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 150_000 }) },
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(partBytes, { maxLength: 4 }), { maxLength: 20 }),
        fc.infiniteStream(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(1 << 17))),
        fc.infiniteStream(fc.boolean()),
        (messages, cuts, turns) => {
          const socket = socketOf(1 << 16, () => cuts.next().value as number);
          const writer = new MessageWriter((bytes, count) => socket.send(bytes, count));
          const reader = new MessageReader((bytes, count) => socket.receive(bytes, count), 5, 7, nowhere);
          let sent = 0;
          for (let received = 0; received < messages.length;) {
            if (turns.next().value === true && sent < messages.length) {
              if (writer.done) {
                const payload = payloadOf(sent, messages[sent] as number[]);
                writer.begin(envelopeOf(sent, payload), payload, payloadBytes(payload));
                sent += 1;
              }
              writer.advance();
            } else {
              writer.advance();
              const message = reader.poll();
              if (message === undefined) continue;
              checkMessage(message, received, messages[received] as number[]);
              received += 1;
            }
          }
          assert.ok(writer.done);
          assert.equal(reader.poll(), undefined);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a message of many parts is whole, though its header alone is longer than what is taken in at once', () => {
    const lengths = Array.from({ length: 0xffff }, (_, i) => i % 3);
    const payload = payloadOf(2, lengths);
    const reader = readerOf(frameOf(envelopeOf(2, payload), payload));
    checkMessage(reader.poll() as Message, 2, lengths);
  });

  test('what was received before the link was handed over comes first', () => {
    const [first, second] = [payloadOf(0, [10]), payloadOf(1, [90_000])];
    const bytes = Buffer.concat([
      frameOf(envelopeOf(0, first), first),
      frameOf(envelopeOf(1, second), second),
    ]);
    const reader = readerOf(bytes.subarray(80_000));
    reader.begin(bytes.subarray(0, 80_000));
    checkMessage(reader.poll() as Message, 0, [10]);
    checkMessage(reader.poll() as Message, 1, [90_000]);
    assert.equal(reader.poll(), undefined);
    assert.ok(reader.isEnded);
  });

  test('a large message is read to where its receiver wants it', () => {
    const payload = payloadOf(1, [3, 100_000]);
    const places = [new Uint8Array(3), new Uint8Array(100_000)];
    const asked: number[][] = [];
    const reader = readerOf(frameOf(envelopeOf(1, payload), payload), (_, lengths) => {
      asked.push([...lengths]);
      return places;
    });
    const message = reader.poll() as Message;
    checkMessage(message, 1, [3, 100_000]);
    assert.deepEqual(asked, [[3, 100_000]]);
    assert.equal(message.payload.parts[1], places[1]);
  });

  test('half a message is none, when the link ends in it', () => {
    for (let length = 0; length < right.length; length += 1) {
      const reader = readerOf(right.subarray(0, length));
      assert.equal(reader.poll(), undefined);
      assert.ok(reader.isEnded);
    }
  });

  const malformed: [string, Buffer][] = [
    ['a length of nothing', changed((bytes) => bytes.writeUInt32LE(0, 0))],
    ['a length beyond the limit', changed((bytes) => bytes.writeUInt32LE(0xffff_ffff, 0))],
    ['a frame that is no message', Buffer.from(encodeText(frameTypes.control, '{"type":"go"}'))],
    ['a message in the name of another', changed((bytes) => bytes.writeInt32LE(6, 9))],
    ['a message for another', changed((bytes) => bytes.writeInt32LE(8, 13))],
    ['more parts than there is room for', changed((bytes) => bytes.writeUInt16LE(0xffff, 58))],
    ['a part that is longer than its frame', changed((bytes) => bytes.writeUInt32LE(0x7fff_ffff, 60))],
    ['a part that is shorter than its frame', changed((bytes) => bytes.writeUInt32LE(2, 60))],
  ];
  for (const [name, bytes] of malformed) {
    test(`${name} is refused before anything is kept for it`, () => {
      assert.throws(
        () => readerOf(bytes).poll(),
        (error) => error instanceof LockstepError && error.code === 'malformed',
      );
    });
  }

  test('bytes that nobody has chosen are a message, refused, or not enough; nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (noise, kept) => {
        const reader = readerOf(Buffer.concat([right.subarray(0, kept), noise]));
        try {
          while (reader.poll() !== undefined);
        } catch (error) {
          assert.ok(error instanceof LockstepError && error.code === 'malformed');
        }
      }),
    );
  });

  test('a writer whose other side is gone says so, and sends nothing more', () => {
    let calls = 0;
    const answers = [notNow, ended];
    const writer = new MessageWriter(() => answers[calls++] ?? assert.fail('sent to nobody'));
    writer.begin(envelopeOf(0, one), one, 3);
    assert.equal(writer.advance(), false);
    assert.equal(writer.isEnded, false);
    assert.equal(writer.advance(), false);
    assert.ok(writer.isEnded);
    writer.abandon();
    assert.ok(writer.done);
  });
});
