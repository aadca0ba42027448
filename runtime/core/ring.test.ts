import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Ring } from './ring';

/** A ring whose counters start at `count`, as after that many bytes. */
function ringFrom(capacityBytes: number, count: number): { writer: Ring; reader: Ring } {
  const memory = Ring.allocate(capacityBytes);
  new Int32Array(memory, 0, 2).fill(count | 0);
  return { writer: new Ring(memory), reader: new Ring(memory) };
}

/** Counters that overflow 32 bits, or their sign, within a few writes; and any other. */
const counters = fc.oneof(
  fc.integer({ min: 2 ** 32 - 40, max: 2 ** 32 - 1 }),
  fc.integer({ min: 2 ** 31 - 40, max: 2 ** 31 + 40 }),
  fc.nat(2 ** 32 - 1),
);

test('what is read is what was written, however writes and reads are split', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 6 }).map((power) => 2 ** power),
      counters,
      fc.uint8Array({ maxLength: 500 }),
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 80 })), { maxLength: 200 }),
      (capacity, count, source, steps) => {
        const { writer, reader } = ringFrom(capacity, count);
        const result = new Uint8Array(source.length);
        let written = 0;
        let taken = 0;
        const write = (bytes: number) => {
          const expected = Math.min(bytes, source.length - written, writer.writable);
          const done = writer.write(source.subarray(0, Math.min(source.length, written + bytes)), written);
          assert.equal(done, expected);
          written += done;
        };
        const read = (bytes: number) => {
          const expected = Math.min(bytes, result.length - taken, reader.readable);
          const done = reader.read(result.subarray(0, Math.min(result.length, taken + bytes)), taken);
          assert.equal(done, expected);
          taken += done;
        };
        for (const [isWrite, bytes] of steps) {
          if (isWrite) write(bytes);
          else read(bytes);
          assert.equal(reader.readable, written - taken);
          assert.equal(writer.writable, capacity - (written - taken));
        }
        while (taken < source.length) {
          write(source.length);
          read(source.length);
        }
        assert.deepEqual(result, source);
      },
    ),
  );
});

test('a full ring takes nothing, an empty one gives nothing', () => {
  const { writer, reader } = ringFrom(8, 2 ** 32 - 3);
  assert.equal(reader.read(new Uint8Array(4)), 0);
  assert.equal(writer.write(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])), 8);
  assert.equal(writer.writable, 0);
  assert.equal(writer.write(Uint8Array.of(11)), 0);
  const target = new Uint8Array(10);
  assert.equal(reader.read(target, 1), 8);
  assert.deepEqual([...target], [0, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
});
