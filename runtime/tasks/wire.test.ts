import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LockstepError } from '../protocol/errors';
import { argumentKinds, pack, type Packed, packedBytes, unpack, unpackArgument } from './wire';

test('what is packed comes out equal, as a copy, whatever is done to it meanwhile', () => {
  fc.assert(
    fc.property(
      fc.anything({ withDate: true, withMap: true, withSet: true, withTypedArray: true }),
      (value) => {
        const expected = structuredClone(value);
        const packed = pack(value, 'test');
        if (Array.isArray(value)) value.push('changed');
        else if (value instanceof Uint8Array) value.fill(7);
        assert.deepEqual(unpack(packed), structuredClone(expected));
        if (typeof value === 'object' && value !== null) assert.notEqual(unpack(packed), unpack(packed));
      },
    ),
  );
});

test('a function cannot travel, and the error names the task', () => {
  assert.throws(
    () => pack({ run: () => 1 }, 'multiply'),
    (error) =>
      error instanceof LockstepError && error.code === 'notClonable' && error.message.includes('multiply'),
  );
});

test('arguments are values, shared ones, inputs, and lists of these', () => {
  const sources = {
    shared: (hash: string): Packed => pack({ hash }, 'test'),
    input: (index: number): Packed => index * 10,
  };
  const argument = [
    argumentKinds.list,
    [1, [argumentKinds.input, 2], [argumentKinds.shared, 'a'], pack([3], 'test')],
  ] as const;
  assert.deepEqual(unpackArgument(argument, sources), [1, 20, { hash: 'a' }, [3]]);
});

test('the size of an array is that of its elements', () => {
  assert.equal(packedBytes(pack(new Float64Array(1000), 'test')), 8000);
  assert.ok(packedBytes('x'.repeat(100)) >= 100);
});
