/** Messages whose every byte a test knows, by their sequence number and the sizes of their parts. */
import assert from 'node:assert/strict';
import {
  type Envelope,
  type Message,
  messageModes,
  type Payload,
  payloadBytes,
} from '../../protocol/envelope';

/** The envelope of a message from node 5 to node 7. */
export function envelopeOf(sequence: number, payload: Payload): Envelope {
  return {
    mode: messageModes.eager,
    communicator: 3,
    source: 5,
    destination: 7,
    tag: -1,
    sequence,
    messageId: 5 * 2 ** 32 + sequence,
    clock: 1e15,
    bytes: payloadBytes(payload),
    signature: 2 ** 32 - 1 - sequence,
  };
}

/** Bytes that only this message has. */
export function payloadOf(sequence: number, partBytes: readonly number[]): Payload {
  const parts = partBytes.map((bytes, part) =>
    Uint8Array.from({ length: bytes }, (_, i) => sequence + 7 * part + i),
  );
  return { kind: sequence & 0xff, parts };
}

/** Throws AssertionError unless a message is the one of this number, whole. */
export function checkMessage(message: Message, sequence: number, partBytes: readonly number[]): void {
  const payload = payloadOf(sequence, partBytes);
  assert.deepEqual(message.envelope, envelopeOf(sequence, payload));
  assert.equal(message.payload.kind, payload.kind);
  assert.equal(message.payload.parts.length, payload.parts.length);
  for (const [i, part] of payload.parts.entries())
    assert.ok(Buffer.compare(message.payload.parts[i] as Uint8Array, part) === 0);
}
