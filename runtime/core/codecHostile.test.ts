import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Payload } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import { copyPayload, decode, encode } from './codec';
import { anyGraph, anyValue } from './testing/anyValue';
import { Tag } from './valueFormat';

describe('codec: bytes of a hostile peer', () => {
  /** Decodes; anything but a value or `malformed` fails the test. */
  function survive(payload: Payload): void {
    try {
      decode(payload);
    } catch (error) {
      if (!(error instanceof LockstepError) || error.code !== 'malformed') throw error;
    }
  }

  const kind = fc.oneof(fc.constantFrom(1, 4, 4, 4), fc.nat(40));

  it('random bytes end in a value or in malformed', () => {
    fc.assert(
      fc.property(kind, fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 3 }), (of, parts) =>
        survive({ kind: of, parts }),
      ),
      { numRuns: 10_000 },
    );
  });

  it('so do valid bytes with some changed, cut or repeated', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyValue, anyGraph),
        fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat()),
        (value, changes, cut) => {
          const { kind: of, parts } = copyPayload(encode(value, 'send'));
          for (const { at, byte } of changes) {
            const part = parts[at % (parts.length || 1)];
            if (part && part.length > 0) part[at % part.length] = byte;
          }
          if (cut !== null && parts[0]) parts[0] = parts[0].subarray(0, cut % (parts[0].length + 1));
          survive({ kind: of, parts });
        },
      ),
      { numRuns: 10_000 },
    );
  });

  const one = (...bytes: number[]): Payload => ({ kind: 4, parts: [Uint8Array.from(bytes)] });
  const huge = [0xff, 0xff, 0xff, 0xff, 0xff];
  const refused: [name: string, payload: Payload][] = [
    ['no parts', { kind: 4, parts: [] }],
    ['an unknown kind', { kind: 15, parts: [new Uint8Array(8)] }],
    ['a kind beyond the last', { kind: 16 + 13, parts: [new Uint8Array(8)] }],
    ['a number of three bytes', { kind: 1, parts: [new Uint8Array(3)] }],
    ['a Float64Array of nine bytes', { kind: 16 + 10, parts: [new Uint8Array(9)] }],
    ['nothing', one()],
    ['something after the value', one(1, 1)],
    ['an unknown tag', one(0x7f)],
    ...[Tag.Latin1, Tag.Utf16, Tag.Array, Tag.Doubles, Tag.Map, Tag.Set].map((tag): [string, Payload] => [
      `tag ${Tag[tag]} of absurd length`,
      one(tag, ...huge),
    ]),
    ['a bigint of absurd length', one(Tag.BigInt, 0, Tag.Latin1, ...huge)],
    ['binary data of absurd length', one(Tag.View, 3, ...huge)],
    ['an object with absurdly many keys', one(Tag.Object, 0, ...huge)],
    ['a reference to what is not there', one(Tag.Array, 1, Tag.Reference, 9)],
    ['a part that is not there', one(Tag.ViewInPart, 3, 0)],
    [
      'a part that is used twice',
      {
        kind: 4,
        parts: [
          Uint8Array.from([Tag.Array, 2, Tag.ViewInPart, 3, 0, Tag.ViewInPart, 3, 0]),
          new Uint8Array(9),
        ],
      },
    ],
    ['a hole outside of an array', one(Tag.Hole)],
    ['an array element beyond the end', one(Tag.Array, 9, Tag.Hole, 1, Tag.SmallInteger + 12, Tag.Null)],
    ['a shape that is not there', one(Tag.Object, 4)],
    ['a bigint of a letter', one(Tag.BigInt, 0, Tag.Latin1, 1, 0x78)],
    ['a regular expression that is none', one(Tag.RegExp, Tag.Latin1, 1, 0x28, Tag.Latin1, 0)],
    [
      '100,000 arrays in each other',
      { kind: 4, parts: [new Uint8Array(200_000).map((_, i) => (i % 2 ? 1 : Tag.Array))] },
    ],
    [
      '100,000 maps in each other',
      { kind: 4, parts: [new Uint8Array(300_000).map((_, i) => [Tag.Map, 1, Tag.Null][i % 3]!)] },
    ],
  ];
  for (const [name, payload] of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(() => decode(payload), { code: 'malformed' });
    });
  }

  it('makes nothing of names', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    const value = decode(
      copyPayload(
        encode(
          JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}'),
          'send',
        ),
      ),
    );
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal(({} as { polluted?: number }).polluted, undefined);
    assert.equal(Object.getOwnPropertyNames(Object.prototype).length, before);
  });

  it('takes little memory for arrays that claim to be long', () => {
    // 3,000 arrays, each of length 2^25 with nothing in it: laid out, they would take 800 GiB.
    const claim = [Tag.Array, 0xff, 0, 0, 0, 2, Tag.Hole, 0];
    const bytes = [Tag.Array, 0xff, 0xb8, 0x0b, 0, 0, ...Array.from({ length: 3000 }, () => claim).flat()];
    const arrays = decode(one(...bytes)) as unknown[][];
    assert.equal(arrays.length, 3000);
    assert.equal(arrays[2999]!.length, 2 ** 25);
  });
});
