import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { copyPayload, encode } from '../core/codec';
import { type Envelope, messageModes } from '../protocol/envelope';
import { IncomingContents } from './incomingContents';
import { type ReceiveBuffer, vector } from './layout';
import { ReceiveOperation } from './operation';

const offer: Envelope = {
  mode: messageModes.offer,
  communicator: 0,
  source: 2,
  destination: 0,
  tag: 5,
  sequence: 0,
  messageId: 2 * 2 ** 32,
  clock: 1,
  bytes: 80,
  signature: 0,
};
const content: Envelope = { ...offer, mode: messageModes.content };
const { kind } = encode(new Float64Array(10), 'send');

function awaiting(buffer: ReceiveBuffer | undefined): {
  contents: IncomingContents;
  receive: ReceiveOperation;
} {
  const contents = new IncomingContents();
  const receive = new ReceiveOperation(0, 2, 5, buffer);
  receive.message = { envelope: offer, payload: { kind, parts: [] } };
  contents.await(offer, receive);
  return { contents, receive };
}

describe('contents under way', () => {
  it('go where their receive wants them, and nowhere beside', () => {
    const around = new Float64Array(20);
    const { contents } = awaiting(around.subarray(4, 16));
    const [place] = contents.place(content, [80]) ?? [];
    place?.fill(0xff);
    assert.equal(place?.byteLength, 80);
    assert.deepEqual(
      [...around].flatMap((value, i) => (Number.isNaN(value) ? [i] : [])),
      Array.from({ length: 10 }, (_, i) => i + 4),
    );
  });

  it('get memory of their own where they do not fit', () => {
    const placed = (buffer: ReceiveBuffer | undefined, bytes: readonly number[], envelope = content) =>
      awaiting(buffer).contents.place(envelope, bytes);
    assert.equal(placed(undefined, [80]), undefined, 'no buffer');
    assert.equal(placed(new Float64Array(9), [80]), undefined, 'too short a buffer');
    assert.equal(placed(new Float32Array(20), [80]), undefined, 'a buffer of another type');
    assert.equal(placed(vector(new Float64Array(20), { count: 10, stride: 2 }), [80]), undefined, 'a layout');
    assert.equal(placed(new Float64Array(10), [40, 40]), undefined, 'two parts');
    assert.equal(placed(new Float64Array(10), [80], { ...content, source: 1 }), undefined, 'of another node');
    assert.equal(placed(new Float64Array(10), [80], { ...content, messageId: 7 }), undefined, 'of nobody');
  });

  it('come once, from the node that has offered them', () => {
    const { contents, receive } = awaiting(undefined);
    const payload = copyPayload(encode(new Float64Array(10), 'send'));
    const refused = { message: /sends a content that was not accepted/ };
    assert.throws(() => contents.take({ envelope: { ...content, source: 1 }, payload }), refused);
    assert.equal(contents.take({ envelope: content, payload }), receive);
    assert.deepEqual(receive.message, { envelope: offer, payload });
    assert.throws(() => contents.take({ envelope: content, payload }), refused);
  });
});
