import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { type Envelope, messageModes } from '../../protocol/envelope';
import { mostParts, slotBytes, Slots } from './slotLayout';

const envelopes = fc.record<Envelope>({
  mode: fc.constantFrom(...Object.values(messageModes)),
  communicator: fc.nat(),
  source: fc.nat(9999),
  destination: fc.constant(7),
  tag: fc.nat(),
  sequence: fc.maxSafeNat(),
  messageId: fc.maxSafeNat(),
  clock: fc.maxSafeNat(),
  bytes: fc.nat(),
  signature: fc.nat(0xffffffff),
});
const payloads = fc.record({
  kind: fc.nat(255),
  parts: fc.array(fc.uint8Array({ maxLength: slotBytes }), { maxLength: 6 }),
});

describe('a message in a slot', () => {
  it('is read as it was written, or has memory for the parts that follow', () => {
    fc.assert(
      fc.property(envelopes, payloads, fc.nat(3), (envelope, payload, index) => {
        const slots = new Slots(4);
        const sent = payload.parts;
        const { bytes, whole } = slots.write(index, envelope, payload);
        assert.ok(bytes <= slotBytes);
        const copy = new Slots(4);
        const at = index * slotBytes;
        new Uint8Array(copy.memory).set(new Uint8Array(slots.memory, at, bytes), at);
        const read = copy.read(index, 7);
        assert.equal(read.whole, whole);
        assert.deepEqual(read.message.envelope, { ...envelope });
        assert.equal(read.message.payload.kind, payload.kind);
        if (whole) {
          const parts = read.message.payload.parts.map((part) => [...part]);
          assert.deepEqual(
            parts,
            sent.map((part) => [...part]),
          );
        } else {
          const lengths = read.message.payload.parts.map((part) => part.byteLength);
          assert.deepEqual(
            lengths,
            sent.map((part) => part.byteLength),
          );
        }
      }),
    );
  });

  it('has the place that the receiver gives for what follows, and new memory where it gives none', () => {
    const slots = new Slots(1);
    const [envelope] = fc.sample(envelopes, 1) as [Envelope];
    slots.write(0, envelope, { kind: 3, parts: [new Uint8Array(slotBytes), new Uint8Array(5)] });
    const places = [new Uint8Array(slotBytes), new Uint8Array(5)];
    const asked: unknown[] = [];
    const placed = slots.read(0, envelope.destination, (about, bytes) => {
      asked.push(about.messageId, bytes);
      return places;
    });
    assert.deepEqual(asked, [envelope.messageId, [slotBytes, 5]]);
    assert.equal(placed.message.payload.parts, places);
    const { message } = slots.read(0, envelope.destination, () => undefined);
    assert.deepEqual(
      message.payload.parts.map(({ length }) => length),
      [slotBytes, 5],
    );
  });

  it('holds no more than it may: what does not fit is refused on both sides', () => {
    const slots = new Slots(1);
    const [envelope] = fc.sample(envelopes, 1) as [Envelope];
    const parts = Array.from({ length: mostParts + 1 }, () => new Uint8Array(1));
    assert.throws(() => slots.write(0, envelope, { kind: 0, parts }), { code: 'malformed' });
    new Int32Array(slots.memory)[7] = -1;
    assert.throws(() => slots.read(0, 7), { code: 'malformed' });
    new Int32Array(slots.memory)[7] = 1;
    new Int32Array(slots.memory)[14] = -5;
    assert.throws(() => slots.read(0, 7), { code: 'malformed' });
  });
});
