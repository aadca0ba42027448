import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Payload } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import { copyPayload, copyValue, decode, encode, payloadElements } from './codec';

/** As a message arrives: in other memory, at an odd place of a larger buffer. */
function arrived({ kind, parts }: Payload): Payload {
  const moved = parts.map((part) => {
    const around = new Uint8Array(part.byteLength + 16).fill(0xee);
    around.set(part, 5);
    return around.subarray(5, 5 + part.byteLength);
  });
  return { kind, parts: moved };
}

const roundTrip = <T>(value: T): T => decode(arrived(encode(value, 'send'))) as T;

const binary = fc.oneof(
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array].map(
    (type) =>
      fc
        .array(fc.integer({ min: -(2 ** 31), max: 2 ** 32 }), { maxLength: 400 })
        .map((values) => type.from(values)),
  ),
  ...[Float32Array, Float64Array].map((type) =>
    fc.array(fc.double(), { maxLength: 400 }).map((values) => type.from(values)),
  ),
  ...[BigInt64Array, BigUint64Array].map((type) =>
    fc.array(fc.bigInt(-(2n ** 63n), 2n ** 64n), { maxLength: 400 }).map((values) => type.from(values)),
  ),
  fc.uint8Array({ maxLength: 3000 }).map(({ buffer }) => buffer),
  fc.uint8Array({ minLength: 7, maxLength: 3000 }).map(({ buffer }) => new DataView(buffer, 3, 4)),
  fc.uint8Array({ minLength: 20, maxLength: 3000 }).map((bytes) => bytes.subarray(7, 19)),
);

const special = fc.oneof(
  binary,
  fc.constantFrom(/a+(?<x>b)/giu, /[/\]]\n/, new RegExp('')),
  fc.date({ noInvalidDate: true }),
  fc
    .tuple(fc.constantFrom(Error, TypeError, RangeError, SyntaxError), fc.string(), fc.option(fc.anything()))
    .map(([type, message, cause]) => new type(message, cause === null ? undefined : { cause })),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
  fc.constantFrom(-0, NaN, Infinity, -Infinity, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, undefined, null, 0n, -1n),
  fc.array(fc.double(), { minLength: 8, maxLength: 20 }),
  fc.bigInt(),
);

const anyValue = fc.oneof(
  special,
  fc.anything({
    key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'then', 'toJSON', 'constructor', '0', 'length')),
    values: [special, fc.string(), fc.integer(), fc.double(), fc.boolean()],
    maxDepth: 4,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withBoxedValues: true,
    withNullPrototype: true,
  }),
);

/** Containers that hold each other at random: shared objects and cycles through every type. */
const graph = fc
  .array(
    fc.record({
      type: fc.constantFrom('object', 'array', 'map', 'set', 'error'),
      links: fc.array(fc.nat(30), { maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((nodes) => {
    const make = {
      object: () => ({}),
      array: () => [],
      map: () => new Map(),
      set: () => new Set(),
      error: () => new Error('e'),
    };
    const built: object[] = nodes.map(({ type }) => make[type as keyof typeof make]());
    nodes.forEach(({ links }, i) => {
      const from = built[i]!;
      links.forEach((link, n) => {
        const to = built[link % built.length]!;
        if (Array.isArray(from)) from.push(to);
        else if (from instanceof Map) from.set(n % 2 ? to : n, n % 2 ? n : to);
        else if (from instanceof Set) from.add(to);
        else if (from instanceof Error)
          Object.defineProperty(from, 'cause', { value: to, configurable: true });
        else Object.assign(from, { [`k${n}`]: to });
      });
    });
    return built[0]!;
  });

/** Every object that can be reached, with its type and whom it links to by number: equal for equal graphs only. */
function outline(root: object): string[] {
  const found = [root];
  const lines: string[] = [];
  const name = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return String(value);
    if (!found.includes(value)) found.push(value);
    return `#${found.indexOf(value)}`;
  };
  for (const object of found) {
    const type = Object.prototype.toString.call(object);
    const links =
      object instanceof Error
        ? ['cause' in object ? object.cause : 'none']
        : object instanceof Map || object instanceof Set
          ? [...object].flat()
          : Object.entries(object).flat();
    lines.push([type, ...links.map(name)].join(' '));
  }
  return lines;
}

describe('codec', () => {
  it('gives back what structuredClone would, for any value', () => {
    fc.assert(
      fc.property(anyValue, (value) => assert.deepStrictEqual(roundTrip(value), structuredClone(value))),
      { numRuns: 2000 },
    );
  });

  it('keeps cycles and shared objects', () => {
    fc.assert(
      fc.property(graph, (value) => assert.deepEqual(outline(roundTrip(value)), outline(value))),
      { numRuns: 1000 },
    );
    const shared = { x: 1 };
    const [a, b, all] = roundTrip([shared, shared, new Map([[shared, new Set([shared])]])]) as [
      object,
      object,
      Map<object, Set<object>>,
    ];
    assert.equal(a, b);
    assert.ok(all.get(a)?.has(a));
    const self = new Map<string, unknown>();
    self.set('self', self);
    const copy = roundTrip(self) as typeof self;
    assert.equal(copy.get('self'), copy);
  });

  it('keeps what other formats lose', () => {
    const sparse: number[] = [];
    sparse[4_000_000_000] = 7;
    const values = [
      [-0, [-0], { zero: -0 }],
      ['\ud800', ['\udfff x'.repeat(20)]],
      JSON.parse('{"__proto__": {"admin": true}, "then": 1}'),
      [1, , 3],
      sparse,
      new Array(100_000),
      [undefined, null],
      new Date(-1.5e9),
      2n ** 4000n,
      Object(true),
      Object('text'),
    ];
    for (const value of values) assert.deepStrictEqual(roundTrip(value), structuredClone(value));
    assert.ok(Number.isNaN((roundTrip(new Date(NaN)) as Date).getTime()));
    assert.equal((roundTrip(values[2]) as { admin?: boolean }).admin, undefined);
  });

  it('sends the own properties of a class instance, as structuredClone does', () => {
    class Point {
      readonly #secret = 1;
      constructor(
        readonly x: number,
        readonly y: number,
      ) {}
      get norm(): number {
        return Math.hypot(this.x, this.y) * this.#secret;
      }
    }
    assert.deepStrictEqual(roundTrip([new Point(3, 4)]), [{ x: 3, y: 4 }]);
  });

  it('does not copy binary data to send it, nor to receive what has a buffer of its own', () => {
    const data = new Float64Array(1000);
    const [top] = encode(data, 'send').parts;
    assert.equal(top!.buffer, data.buffer);
    const [, beside] = encode({ deep: [data] }, 'send').parts;
    assert.equal(beside!.buffer, data.buffer);

    const own = copyPayload(encode(data, 'send'));
    assert.equal((decode(own) as Float64Array).buffer, own.parts[0]!.buffer);
  });

  it('gives every view a buffer of its own', () => {
    const around = new Uint8Array(64);
    for (const value of [
      around.subarray(8, 16),
      [around.subarray(8, 16)],
      new DataView(around.buffer, 8, 8),
    ]) {
      const copy = roundTrip(value);
      const view = (Array.isArray(copy) ? copy[0] : copy) as ArrayBufferView;
      assert.equal(view.buffer.byteLength, 8);
      assert.equal(view.byteOffset, 0);
    }
  });

  it('sends the contents of shared memory', () => {
    const data = new Int32Array(new SharedArrayBuffer(8));
    data[1] = 5;
    assert.deepStrictEqual(roundTrip(data), new Int32Array([0, 5]));
    assert.deepStrictEqual(roundTrip({ data }), { data: new Int32Array([0, 5]) });
  });

  it('stands a getter that encodes in the midst of it', () => {
    const outer = {
      before: 'b',
      get inner(): unknown {
        return decode(copyPayload(encode({ deep: ['in', 1.5] }, 'send')));
      },
      after: 'a',
    };
    assert.deepStrictEqual(roundTrip(outer), { before: 'b', inner: { deep: ['in', 1.5] }, after: 'a' });
  });

  it('copies a value as it would arrive', () => {
    const value = { list: [1, 2], data: new Uint8Array(2000) };
    const copy = copyValue(value, 'bcast');
    assert.deepStrictEqual(copy, value);
    assert.notEqual(copy.data.buffer, value.data.buffer);
    assert.throws(() => copyValue(() => 1, 'bcast'), { code: 'notClonable' });
  });

  it('counts elements', () => {
    const counts = [new Float32Array(7), new ArrayBuffer(3), [1, 2, 3], 'text', 1, undefined].map((value) =>
      payloadElements(encode(value, 'send')),
    );
    assert.deepEqual(counts, [7, 3, 1, 1, 1, 0]);
  });
});

describe('codec: what cannot travel', () => {
  const cases: [name: string, value: unknown, problem: string][] = [
    ['function', () => 1, 'it is a function'],
    ['function within', { handlers: [1, () => 1] }, 'there is a function at .handlers[1]'],
    ['class', { a: { 'odd key': class {} } }, 'there is a function at .a["odd key"]'],
    ['symbol', new Map([['k', [Symbol('s')]]]), 'there is a symbol at .get("k")[0]'],
    ['promise', { later: Promise.resolve(1) }, 'there is a Promise at .later'],
    ['weak map', [new WeakMap()], 'there is a WeakMap at [0]'],
    ['weak set in a set', new Set([new WeakSet()]), 'there is a WeakSet at .values()'],
    [
      'method in an instance',
      {
        x: new (class {
          run = () => 1;
        })(),
      },
      'there is a function at .x.run',
    ],
    ['shared memory', { memory: new SharedArrayBuffer(8) }, 'there is a SharedArrayBuffer at .memory'],
    ['cause of an error', new Error('e', { cause: () => 1 }), 'there is a function at .cause'],
  ];
  for (const [name, value, problem] of cases) {
    it(name, () => {
      assert.throws(
        () => encode(value, 'bcast'),
        (error) => {
          assert.ok(error instanceof LockstepError);
          assert.equal(error.code, 'notClonable');
          assert.deepEqual(error.data, { operation: 'bcast', problem });
          return true;
        },
      );
      assert.deepStrictEqual(roundTrip({ fine: true }), { fine: true });
    });
  }

  it('a value nested too deep', () => {
    let list: unknown = null;
    for (let i = 0; i < 100_000; i++) list = { list };
    assert.throws(() => encode(list, 'send'), { code: 'notClonable' });
    let fits: unknown = 0;
    for (let i = 0; i < 1000; i++) fits = [fits];
    assert.deepStrictEqual(roundTrip({ fits: 1 }), { fits: 1 });
    assert.equal(JSON.stringify(roundTrip(fits)), JSON.stringify(fits));
  });

  it("an error of the program's own getter comes through", () => {
    const value = {
      get bad(): never {
        throw new RangeError('mine');
      },
    };
    assert.throws(() => encode(value, 'send'), { name: 'RangeError', message: 'mine' });
  });
});

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
        fc.oneof(anyValue, graph),
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
    ...[7, 8, 10, 11, 12, 14, 15, 18].map((tag): [string, Payload] => [
      `tag ${tag} of absurd length`,
      one(tag, ...huge),
    ]),
    ['an object with absurdly many keys', one(10, 0, ...huge)],
    ['a reference to what is not there', one(11, 1, 22, 9)],
    ['a part that is not there', one(20, 3, 0)],
    [
      'a part that is used twice',
      { kind: 4, parts: [Uint8Array.from([11, 2, 20, 3, 0, 20, 3, 0]), new Uint8Array(9)] },
    ],
    ['a hole outside of an array', one(13)],
    ['an array element before the hole', one(11, 9, 13, 1, 0x80 + 12, 0x80)],
    ['a shape that is not there', one(10, 4)],
    ['a bigint of no digits', one(7, 0, 8, 1, 0x78, 0)],
    ['a regular expression that is none', one(17, 7, 1, 0x28, 7, 0)],
    [
      '100,000 arrays in each other',
      { kind: 4, parts: [new Uint8Array(200_000).fill(11).map((tag, i) => (i % 2 ? 1 : tag))] },
    ],
    [
      '100,000 maps in each other',
      { kind: 4, parts: [new Uint8Array(300_000).map((_, i) => [14, 1, 0x80][i % 3]!)] },
    ],
  ];
  for (const [name, payload] of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(() => decode(payload), { code: 'malformed' });
    });
  }

  it('makes nothing of names', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    const value = roundTrip(
      JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}'),
    );
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal(({} as { polluted?: number }).polluted, undefined);
    assert.equal(Object.getOwnPropertyNames(Object.prototype).length, before);
  });

  it('takes little memory for arrays that claim to be long', () => {
    // 3,000 arrays, each of length 2^25 with nothing in it: laid out, they would take 800 GiB.
    const claim = [11, 0xff, 0, 0, 0, 2, 13, 0];
    const bytes = [11, 0xff, 0xb8, 0x0b, 0, 0, ...Array.from({ length: 3000 }, () => claim).flat()];
    const arrays = decode(one(...bytes)) as unknown[][];
    assert.equal(arrays.length, 3000);
    assert.equal(arrays[2999]!.length, 2 ** 25);
  });
});
