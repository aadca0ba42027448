/** What fast-check sends through the codec. */
import fc from 'fast-check';

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

/** Any value that can travel, no two objects of it the same. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
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
export const anyGraph: fc.Arbitrary<object> = fc
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
    const built: object[] = nodes.map(({ type }) => make[type]());
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
