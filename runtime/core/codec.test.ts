import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Payload, payloadBytes } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import { anyGraph, anyValue } from './testing/anyValue';
import { copyPayload, copyValue, decode, decodeInto, encode, keepPayload, payloadElements } from './codec';

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
      fc.property(anyGraph, (value) => assert.deepEqual(outline(roundTrip(value)), outline(value))),
      { numRuns: 1000 },
    );
    const shared = { x: 1 };
    const [a, b, all] = roundTrip<[object, object, Map<object, Set<object>>]>([
      shared,
      shared,
      new Map([[shared, new Set([shared])]]),
    ]);
    assert.equal(a, b);
    assert.ok(all.get(a)?.has(a));
    const self = new Map<string, unknown>();
    self.set('self', self);
    const copy = roundTrip(self);
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
    assert.ok(Number.isNaN(roundTrip(new Date(NaN)).getTime()));
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
    const values = [new Float32Array(7), new ArrayBuffer(3), [1, 2, 3], 'text', 1, undefined];
    const counts = values.map((value) => {
      const payload = encode(value, 'send');
      return payloadElements(payload.kind, payloadBytes(payload));
    });
    assert.deepEqual(counts, [7, 3, 1, 1, 1, 0]);
  });
});

describe('codec: what is lent', () => {
  const small = [
    Float64Array.of(1.5),
    Uint16Array.of(1, 2, 3),
    BigInt64Array.of(-1n),
    'short',
    new Int8Array(0),
  ];

  it('a kept payload of a small value outlives the next one', () => {
    const kept = small.map((value) => keepPayload(encode(value, 'send')));
    assert.deepEqual(kept.map(decode), small);
  });

  it('a copied payload does too', () => {
    const copied = small.map((value) => copyPayload(encode(value, 'send')));
    assert.deepEqual(copied.map(decode), small);
  });

  it('what is decoded is an array of its own, whatever its size', () => {
    for (const length of [0, 1, 8, 9, 100]) {
      const sent = Float64Array.from({ length }, (_, i) => i + 0.5);
      const payload = copyPayload(encode(sent, 'send'));
      const [first, second] = [decode(copyPayload(payload)), decode(payload)] as [Float64Array, Float64Array];
      first.fill(-1);
      assert.deepEqual(second, sent);
      assert.equal(first.buffer.byteLength, 8 * length);
    }
  });

  it('an array is put at the beginning of a longer one, and nowhere else', () => {
    for (const length of [0, 1, 8, 9, 100]) {
      const sent = Float32Array.from({ length }, (_, i) => i + 0.5);
      const around = new Float32Array(length + 4).fill(7);
      decodeInto(copyPayload(encode(sent, 'send')), around.subarray(1));
      assert.deepEqual([...around], [7, ...sent, 7, 7, 7]);
    }
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

  it('says where the program made the call, however deep in the value the trouble lies', () => {
    let value: unknown = () => 1;
    for (let i = 0; i < 50; i++) value = [value];
    function callOfTheProgram(): void {
      encode(value, 'send');
    }
    assert.throws(callOfTheProgram, (error: Error) =>
      /^ +at callOfTheProgram/.test(error.stack?.split('\n')[1] ?? ''),
    );
  });

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
