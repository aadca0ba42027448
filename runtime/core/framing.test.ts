import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maximumPayloadBytes, messageModes, type Envelope, type Message } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import {
  decodeMessage,
  destinationOf,
  encodeMessageHeader,
  encodeText,
  FrameReader,
  frameTypes,
  maximumFrameBytes,
  prefixBytes,
} from './framing';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const envelopes: fc.Arbitrary<Envelope> = fc.record(
  {
    communicator: int32,
    source: int32,
    destination: int32,
    tag: int32,
    sequence: fc.maxSafeNat(),
    messageId: fc.maxSafeNat(),
    clock: fc.maxSafeNat(),
    mode: fc.constantFrom(...Object.values(messageModes)),
    bytes: fc.nat(maximumPayloadBytes),
    signature: fc.nat(2 ** 32 - 1),
  },
  { noNullPrototype: true },
);
const messages: fc.Arbitrary<Message> = fc.record({
  envelope: envelopes,
  payload: fc.record({
    kind: fc.nat(255),
    parts: fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }),
  }),
});

const frameOf = ({ envelope, payload }: Message): Buffer =>
  Buffer.concat([encodeMessageHeader(envelope, payload), ...payload.parts]);

/** The prefix of a frame that claims to be `length` bytes long. */
function prefix(length: number): Uint8Array {
  const bytes = new Uint8Array(prefixBytes);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes[4] = frameTypes.message;
  return bytes;
}

/** Cuts bytes into chunks of the given sizes, over and over. */
function* chunks(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] as number;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

test('a message comes out of its frame as it went in, and its destination can be read ahead', () => {
  fc.assert(
    fc.property(messages, (message) => {
      const frame = frameOf(message);
      assert.equal(frame.readUInt32LE(0), frame.length - 4);
      assert.equal(destinationOf(frame), message.envelope.destination);
      const { envelope, payload } = decodeMessage(frame.subarray(prefixBytes));
      assert.deepEqual(envelope, message.envelope);
      assert.equal(payload.kind, message.payload.kind);
      assert.deepEqual(
        payload.parts.map((part) => [...part]),
        message.payload.parts.map((part) => [...part]),
      );
    }),
  );
});

test('a stream of frames is split into the same frames, whatever chunks it comes in', () => {
  const texts = fc.array(fc.tuple(fc.constantFrom(...Object.values(frameTypes)), fc.string()), {
    maxLength: 20,
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(texts, sizes, (frames, cuts) => {
      const stream = Buffer.concat(frames.map(([type, text]) => encodeText(type, text)));
      const seen: [number, string][] = [];
      const reader = new FrameReader((type, body) => seen.push([type, Buffer.from(body).toString('utf8')]));
      for (const chunk of chunks(stream, cuts)) reader.push(chunk);
      assert.deepEqual(
        seen,
        frames.map(([type, text]) => [type, Buffer.from(text, 'utf8').toString('utf8')]),
      );
    }),
  );
});

test('a body is a copy: the chunk it came in may be used again', () => {
  const bodies: Uint8Array[] = [];
  const reader = new FrameReader((_, body) => bodies.push(body));
  const chunk = encodeText(frameTypes.output, 'kept');
  reader.push(chunk);
  chunk.fill(0);
  assert.equal(Buffer.from(bodies[0] as Uint8Array).toString('utf8'), 'kept');
});

test('a length that no peer of ours would send is malformed, and takes no memory', () => {
  for (const length of [0, maximumFrameBytes + 1, 2 ** 32 - 1]) {
    const reader = new FrameReader(() => assert.fail('there is no frame'));
    assert.throws(() => reader.push(prefix(length)), { code: 'malformed' });
  }
});

test('what is not a message is malformed', () => {
  const whole = frameOf({
    envelope: {
      communicator: 0,
      source: 1,
      destination: 2,
      tag: 3,
      sequence: 4,
      messageId: 5,
      clock: 6,
      mode: 3,
      bytes: 7,
      signature: 8,
    },
    payload: { kind: 7, parts: [Uint8Array.of(1, 2, 3), Uint8Array.of(4)] },
  }).subarray(prefixBytes);
  for (let length = 0; length < whole.length; length += 1) {
    assert.throws(() => decodeMessage(whole.subarray(0, length)), { code: 'malformed' }, `${length} bytes`);
  }
  assert.throws(() => decodeMessage(Buffer.concat([whole, Uint8Array.of(0)])), { code: 'malformed' });
  const manyParts = Buffer.from(whole);
  manyParts.writeUInt16LE(0xffff, 53);
  assert.throws(() => decodeMessage(manyParts), { code: 'malformed' });
  const longPart = Buffer.from(whole);
  longPart.writeUInt32LE(0xffff_ffff, 55);
  assert.throws(() => decodeMessage(longPart), { code: 'malformed' });
});

test('a payload beyond the limit is refused before it is written', () => {
  const part = { byteLength: maximumPayloadBytes } as Uint8Array;
  const envelope = {
    communicator: 0,
    source: 0,
    destination: 0,
    tag: 0,
    sequence: 0,
    messageId: 0,
    clock: 0,
    mode: messageModes.eager,
    bytes: 0,
    signature: 0,
  };
  assert.throws(() => encodeMessageHeader(envelope, { kind: 0, parts: [part, Uint8Array.of(1)] }), {
    code: 'frameTooLarge',
  });
  const parts = Array.from({ length: 0x1_0000 }, () => new Uint8Array(0));
  assert.throws(() => encodeMessageHeader(envelope, { kind: 0, parts }), { code: 'frameTooLarge' });
});

/** Numbers from 0 to 2^32 - 1 that look random, the same for each seed (Marsaglia's xorshift). */
function randomFrom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

test('100,000 random frames end in messages or in "malformed", and in nothing else', () => {
  const property = fc.property(fc.integer(), (seed) => {
    const random = randomFrom(seed);
    let whole = 0;
    for (let i = 0; i < 1000; i += 1) {
      const reader = new FrameReader((_, body) => {
        whole += 1;
        decodeMessage(body);
      });
      const body = Uint8Array.from({ length: 20 + (random() % 80) }, () => random());
      // Half of them say that they have few, short parts: otherwise hardly one would be taken apart.
      if (random() % 2 === 0) body.fill(0, 49, 60);
      const length = random() % 8 === 0 ? random() : body.length + 1;
      try {
        // A length within the limit is legal however large, and would only be reserved: no memory for that here.
        reader.push(prefix(length > 2 ** 20 ? maximumFrameBytes + 1 + (length % 2 ** 20) : length));
        reader.push(body);
      } catch (error) {
        assert.ok(error instanceof LockstepError && error.code === 'malformed', String(error));
      }
    }
    assert.ok(whole > 500);
  });
  fc.assert(property, { numRuns: 100 });
});

test('every type of frame has a number of its own', () => {
  const numbers = Object.values(frameTypes);
  assert.equal(new Set(numbers).size, numbers.length);
});
