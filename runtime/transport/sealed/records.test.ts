import assert from 'node:assert/strict';
import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  headBytes,
  keyBytes,
  linkKeys,
  maximumRecordBytes,
  overheadBytes,
  recordTypes,
  RecordOpener,
  RecordSealer,
} from './records';

const key = (): Buffer => randomBytes(keyBytes);
const { data, acknowledgement } = recordTypes;
const malformed = { code: 'malformed' };
const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Some records of one direction, and their key. */
const sealedThree = (): { own: Buffer; records: [Buffer, Buffer, Buffer] } => {
  const own = key();
  const sealer = new RecordSealer(own);
  const seal = (text: string): Buffer => sealer.seal(data, Buffer.from(text));
  return { own, records: [seal('first'), seal('second'), seal('third')] };
};

describe('sealed records', () => {
  test('open to what they were, in their order, whatever it is', () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 20 });
    fc.assert(
      fc.property(contents, fc.constantFrom(data, acknowledgement), (list, type) => {
        const own = key();
        const [sealer, opener] = [new RecordSealer(own), new RecordOpener(own)];
        for (const content of list) {
          const record = sealer.seal(type, content);
          assert.equal(record.length, content.length + overheadBytes);
          assert.equal(opener.lengthAt(viewOf(record), 0), record.length);
          const opened = opener.open(record);
          assert.equal(opened.type, type);
          assert.ok(opened.content.equals(content));
        }
      }),
    );
  });

  test('do not open with one bit changed, whichever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (content, at) => {
        const own = key();
        const record = new RecordSealer(own).seal(data, content);
        const bit = at % (8 * record.length);
        record[bit >> 3] = (record[bit >> 3] as number) ^ (1 << (bit & 7));
        assert.throws(() => new RecordOpener(own).open(record), malformed);
      }),
      { numRuns: 500 },
    );
  });

  test('do not open a second time, early, after one that is missing, cut short or with another key', () => {
    const { own, records } = sealedThree();
    const [first, second, third] = records;
    const opener = new RecordOpener(own);
    opener.open(first);
    assert.throws(() => opener.open(first), malformed, 'again');
    assert.throws(() => opener.open(third), malformed, 'early');
    for (let length = overheadBytes; length < second.length; length += 1) {
      assert.throws(() => opener.open(second.subarray(0, length)), malformed, `${length} bytes`);
    }
    assert.throws(() => new RecordOpener(key()).open(first), malformed, 'another key');
    assert.equal(opener.open(second).content.toString(), 'second', 'what was refused changed nothing');
    assert.equal(opener.open(third).content.toString(), 'third');
  });

  test('of a length that none has are refused before they are waited for', () => {
    const opener = new RecordOpener(key());
    for (const length of [0, 15, maximumRecordBytes + 17, 0xff_ffff]) {
      const head = Buffer.alloc(headBytes);
      head.writeUInt32LE(length);
      assert.throws(() => opener.lengthAt(viewOf(head), 0), malformed, `${length}`);
    }
  });

  test('have numbers as nonces, and the next key after 65,536', () => {
    const own = key();
    const [sealer, opener] = [new RecordSealer(own), new RecordOpener(own)];
    let last: Buffer = Buffer.alloc(0);
    for (let number = 0; number <= 1 << 16; number += 1)
      opener.open((last = sealer.seal(data, Buffer.of(7))));
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(1 << 16, 8);
    const next = Buffer.from(hkdfSync('sha256', own, '', 'lockstep next key', keyBytes));
    const decipher = createDecipheriv('aes-256-gcm', next, nonce);
    decipher.setAAD(last.subarray(0, headBytes)).setAuthTag(last.subarray(-16));
    assert.deepEqual([...decipher.update(last.subarray(headBytes, -16)), ...decipher.final()], [7]);
  });

  test('have keys of their link and direction', () => {
    const [one, other] = [linkKeys(randomBytes(32)), linkKeys(randomBytes(32))];
    const all = [one.toAcceptor, one.toConnector, other.toAcceptor, other.toConnector];
    assert.equal(new Set(all.map((each) => each.toString('hex'))).size, 4);
    assert.ok(all.every(({ length }) => length === keyBytes));
  });
});
