import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { type Message, payloadBytes } from '../../protocol/envelope';
import { ringCells, ringLayout, type RingLayout, slotsOffset } from './ringLayout';
import { RingReader } from './ringReader';
import { RingWriter } from './ringWriter';
import { checkMessage, envelopeOf, payloadOf } from '../testing/knownMessages';

/** Small, so that it wraps around often. */
const layout: RingLayout = { slots: 4, bulkBytes: 256, bulkOffset: slotsOffset + 4 * 128, ringBytes: 4096 };

function ringOf(memory = new SharedArrayBuffer(layout.ringBytes), onRoom = () => undefined) {
  return {
    memory,
    writer: new RingWriter(memory, 0, layout),
    reader: new RingReader(memory, 0, layout, 5, 7, onRoom),
  };
}

/** What two threads send each other: sizes that a seed decides, known to both. */
function sizesOf(sequence: number): number[] {
  const parts = (sequence * 7919) % 4;
  return Array.from(
    { length: parts },
    (_, i) => (sequence * 104729 + i * 31) % (sequence % 50 === 0 ? 5000 : 120),
  );
}
const threadMessages = 2_000;

if (!isMainThread) {
  const { memory } = workerData as { memory: SharedArrayBuffer };
  const writer = new RingWriter(memory, 0, layout);
  for (let sequence = 0; sequence < threadMessages; sequence += 1) {
    const payload = payloadOf(sequence, sizesOf(sequence));
    const envelope = envelopeOf(sequence, payload);
    while (!writer.begin(envelope, payload, payloadBytes(payload)));
    while (!writer.done) writer.advance();
  }
} else {
  describe('a ring between processes', () => {
    test('every message comes out as it went in, in order, however writes and reads are mixed', () => {
      const sizes = fc.array(fc.oneof(fc.nat(16), fc.nat(80), fc.nat(900)), { maxLength: 4 });
      fc.assert(
        fc.property(
          fc.array(sizes, { maxLength: 40 }),
          fc.infiniteStream(fc.boolean()),
          (messages, turns) => {
            const { writer, reader } = ringOf();
            let sent = 0;
            for (let received = 0; received < messages.length;) {
              if (turns.next().value === true) {
                if (!writer.done) writer.advance();
                else if (sent < messages.length) {
                  const payload = payloadOf(sent, messages[sent] as number[]);
                  if (writer.begin(envelopeOf(sent, payload), payload, payloadBytes(payload))) sent += 1;
                }
              } else {
                const { ready } = reader;
                const message = reader.poll();
                if (message) {
                  assert.ok(ready);
                  checkMessage(message, received, messages[received] as number[]);
                  received += 1;
                }
              }
            }
            assert.equal(reader.ready, false);
            assert.equal(reader.poll(), undefined);
          },
        ),
      );
    });

    test('the same between two threads that run at once', async () => {
      const { memory, reader } = ringOf();
      const worker = new Worker(__filename, { workerData: { memory } });
      const ended = once(worker, 'exit');
      for (let sequence = 0; sequence < threadMessages;) {
        const message = reader.poll();
        if (message) checkMessage(message, sequence++, sizesOf(sequence - 1));
        else if (sequence % 100 === 0) await new Promise(setImmediate);
      }
      await ended;
    });

    test('the count of messages goes around', () => {
      const memory = new SharedArrayBuffer(layout.ringBytes);
      const { writer, reader } = ringOf(memory);
      // As after 2^32 messages and bytes, but for a few.
      const start = -3;
      Object.assign(writer, { slotTail: start, slotHead: start, bulkTail: -100, bulkHead: -100 });
      Object.assign(reader, { slotHead: start, bulkHead: -100 });
      const cells = new Int32Array(memory);
      cells[ringCells.slotHead] = start;
      cells[ringCells.bulkHead] = cells[ringCells.bulkTail] = -100;
      for (let sequence = 0; sequence < 20; sequence += 1) {
        const payload = payloadOf(sequence, [sequence * 12]);
        assert.ok(writer.begin(envelopeOf(sequence, payload), payload, payloadBytes(payload)));
        checkMessage(reader.poll() as Message, sequence, [sequence * 12]);
      }
    });

    test('a full ring takes nothing; the writer that waits is told of room, once', () => {
      let told = 0;
      const { writer, reader } = ringOf(undefined, () => void (told += 1));
      const payload = payloadOf(1, [8]);
      const begin = () => writer.begin(envelopeOf(1, payload), payload, payloadBytes(payload));
      for (let i = 0; i < layout.slots; i += 1) assert.ok(begin());
      assert.equal(begin(), false);
      writer.askForRoom();
      assert.equal(begin(), false);
      assert.ok(reader.poll());
      assert.ok(reader.poll());
      assert.equal(told, 1);
      assert.ok(begin());
    });

    test('a writer that dies in the middle of a message leaves none', () => {
      const { writer, reader } = ringOf();
      const payload = payloadOf(1, [4000]);
      assert.ok(writer.begin(envelopeOf(1, payload), payload, payloadBytes(payload)));
      for (let i = 0; i < 10; i += 1) assert.equal(reader.poll(), undefined);
      // Nor does one that had written all of a slot but its first cell.
      const second = ringOf();
      new Uint8Array(second.memory, slotsOffset + 4, 100).fill(0xff);
      assert.equal(second.reader.ready, false);
      assert.equal(second.reader.poll(), undefined);
    });

    test('a large payload is put where the receiver has memory ready', () => {
      const { writer, reader } = ringOf();
      const place = new Uint8Array(2000);
      reader.place = (envelope, partBytes) => {
        assert.deepEqual([envelope.sequence, ...partBytes], [9, 2000]);
        return [place];
      };
      const payload = payloadOf(9, [2000]);
      writer.begin(envelopeOf(9, payload), payload, payloadBytes(payload));
      let message: Message | undefined;
      while (!(message = reader.poll())) writer.advance();
      assert.equal(message.payload.parts[0], place);
      checkMessage(message, 9, [2000]);
    });

    test('numbers that no writer of ours would write are malformed, and nothing else happens', () => {
      fc.assert(
        fc.property(
          fc.array(fc.integer(), { minLength: 6, maxLength: 6 }),
          fc.integer(),
          (cells, bulkTail) => {
            const { memory, reader } = ringOf();
            const view = new Int32Array(memory);
            view.set(cells, slotsOffset / 4 + 1);
            view[ringCells.bulkTail] = bulkTail;
            view[slotsOffset / 4] = 1;
            try {
              reader.poll();
            } catch (error) {
              assert.equal((error as { code?: string }).code, 'malformed');
            }
          },
        ),
        { numRuns: 50 },
      );
    });

    test('rings of large jobs are small', () => {
      for (const size of [2, 4, 8, 16, 64, 256]) {
        const { slots, bulkBytes, ringBytes } = ringLayout(size);
        assert.ok(Number.isInteger(Math.log2(slots)) && Number.isInteger(Math.log2(bulkBytes)));
        assert.equal(ringBytes % 4096, 0);
        assert.ok(size * ringBytes <= 20 << 20, `${size} nodes: ${size * ringBytes}`);
      }
    });
  });
}
