import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { OperationReader } from '../../protocol/operations';
import { type OperationRecord, OperationRing } from './operationRing';

/** A record in which every field tells which one it is. */
function recordOf(number: number): OperationRecord {
  const base = number * 100;
  return {
    bits: 1,
    name: base + 1,
    beginMs: base + 2,
    endMs: base + 3,
    messageId: base + 4,
    clock: base + 5,
    peer: base + 6,
    tag: base + 7,
    communicator: base + 8,
    bytes: base + 9,
    site: base + 10,
    algorithm: base + 11,
  };
}

/** What the ring's reader gets, as such records. */
function drained(ring: OperationRing): OperationRecord[] {
  const all: OperationRecord[] = [];
  ring.drain((bytes) => {
    const reader = new OperationReader(bytes);
    for (let i = 0; i < reader.length; i += 1) {
      const [number, integer] = [reader.number.bind(reader, i), reader.integer.bind(reader, i)];
      all.push({
        bits: integer('kind'),
        name: integer('name'),
        beginMs: number('beginMs'),
        endMs: number('endMs'),
        messageId: number('messageId'),
        clock: number('clock'),
        peer: integer('peer'),
        tag: integer('tag'),
        communicator: integer('communicator'),
        bytes: integer('bytes'),
        site: integer('site'),
        algorithm: integer('algorithm'),
      });
    }
  });
  return all;
}

describe('ring of operations', () => {
  it('gives out whole records in order, whichever were prepared, changed or left after that', () => {
    const step = fc.constantFrom('write', 'prepare', 'change', 'other', 'drain');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const memory = OperationRing.allocate(4);
        const [writer, reader] = [new OperationRing(memory), new OperationRing(memory)];
        const call = recordOf(0);
        const written: OperationRecord[] = [];
        const read: OperationRecord[] = [];
        let number = 0;
        let lost = 0;
        const write = (record: OperationRecord): void => {
          if (written.length - read.length < 4) written.push({ ...record });
          else lost += 1;
          writer.write(record);
        };
        for (const each of steps) {
          number += 1;
          if (each === 'prepare') {
            Object.assign(call, recordOf(number));
            writer.prepare(call);
            // Its end and its message may come later.
            Object.assign(call, { endMs: -1, messageId: -2, clock: -3, peer: -4, tag: -5, bytes: -6 });
          } else if (each === 'change') {
            writer.forget();
            Object.assign(call, recordOf(number));
          } else if (each === 'write') write(call);
          else if (each === 'other') write(recordOf(number));
          else read.push(...drained(reader));
        }
        read.push(...drained(reader));
        assert.deepEqual(read, written);
        assert.equal(reader.takeLost(), lost);
      }),
    );
  });
});
