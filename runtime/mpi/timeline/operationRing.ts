/**
 * A ring of operation records between a node's two threads: the main thread writes, its agent reads. Neither ever waits:
 * what finds no room is counted and left out, so a program is not held up by who looks at it.
 */
import { operationBytes, operationFields } from '../../protocol/operations';

/** Records that a ring holds: 4 MiB, which cost nothing before they are written to. */
const capacity = 1 << 16;
/** Before the records: four numbers of 32 bits. */
const headBytes = 64;
const cells = { wanted: 0, written: 1, read: 2, lost: 3 } as const;

const { wide, narrow } = operationFields;

/** The numbers of one record, as they are written. */
export interface OperationRecord {
  bits: number;
  name: number;
  beginMs: number;
  endMs: number;
  messageId: number;
  clock: number;
  peer: number;
  tag: number;
  communicator: number;
  bytes: number;
  site: number;
  algorithm: number;
}

export class OperationRing {
  private readonly head: Int32Array;
  private readonly records: Uint8Array;
  private readonly wide: Float64Array;
  private readonly narrow: Int32Array;
  private readonly capacity: number;
  /** The writer's: what it has written, and what it last knew to be read, both modulo 2^32. */
  private written = 0;
  private known = 0;
  /** The record that stands in the next place but for its end and its message. */
  private prepared: OperationRecord | undefined;

  constructor(memory: SharedArrayBuffer) {
    this.head = new Int32Array(memory, 0, headBytes / 4);
    this.records = new Uint8Array(memory, headBytes);
    this.wide = new Float64Array(memory, headBytes);
    this.narrow = new Int32Array(memory, headBytes);
    this.capacity = this.records.length / operationBytes;
  }

  /** Memory for a ring; the number of records is a power of two. */
  static allocate(records = capacity): SharedArrayBuffer {
    return new SharedArrayBuffer(headBytes + records * operationBytes);
  }

  /** Whether somebody wants records. Invariant: costs the writer a load and no more. */
  get wanted(): boolean {
    return this.head[cells.wanted] !== 0;
  }

  set wanted(wanted: boolean) {
    Atomics.store(this.head, cells.wanted, wanted ? 1 : 0);
  }

  /**
   * Writer: writes all of a record but its end and its message, so that `write` has little left to do and the memory at hand. Nothing
   * else of it may change until then, or `forget` says so.
   */
  prepare(record: OperationRecord): void {
    if (!this.hasRoom()) return;
    this.writeBegin(record);
    this.prepared = record;
  }

  /** Writer: what was prepared is to be written anew. */
  forget(): void {
    this.prepared = undefined;
  }

  /** Writer: adds a record, or counts one that is lost. */
  write(record: OperationRecord): void {
    if (record !== this.prepared) {
      if (!this.hasRoom()) {
        Atomics.add(this.head, cells.lost, 1);
        return;
      }
      this.writeBegin(record);
    }
    this.prepared = undefined;
    const slot = this.written & (this.capacity - 1);
    const numbers = this.wide;
    const integers = this.narrow;
    const at = slot * 8;
    const small = slot * 16;
    numbers[at + wide.endMs] = record.endMs;
    numbers[at + wide.messageId] = record.messageId;
    numbers[at + wide.clock] = record.clock;
    integers[small + narrow.peer] = record.peer;
    integers[small + narrow.tag] = record.tag;
    integers[small + narrow.bytes] = record.bytes;
    this.written = (this.written + 1) | 0;
    Atomics.store(this.head, cells.written, this.written);
  }

  private writeBegin(record: OperationRecord): void {
    const slot = this.written & (this.capacity - 1);
    const integers = this.narrow;
    const small = slot * 16;
    this.wide[slot * 8 + wide.beginMs] = record.beginMs;
    integers[small + narrow.kind] = record.bits;
    integers[small + narrow.name] = record.name;
    integers[small + narrow.communicator] = record.communicator;
    integers[small + narrow.site] = record.site;
    integers[small + narrow.algorithm] = record.algorithm;
  }

  private hasRoom(): boolean {
    if (((this.written - this.known) | 0) < this.capacity) return true;
    this.known = Atomics.load(this.head, cells.read);
    return ((this.written - this.known) | 0) < this.capacity;
  }

  /** Reader: calls back with what was written since the last call, in one or two pieces that hold only during the call. */
  drain(take: (records: Uint8Array) => void): void {
    const written = Atomics.load(this.head, cells.written);
    let read = Atomics.load(this.head, cells.read);
    while (read !== written) {
      const slot = read & (this.capacity - 1);
      const count = Math.min((written - read) | 0, this.capacity - slot);
      take(this.records.subarray(slot * operationBytes, (slot + count) * operationBytes));
      read = (read + count) | 0;
      Atomics.store(this.head, cells.read, read);
    }
  }

  /** Reader: how many records found no room since the last call. */
  takeLost(): number {
    return Atomics.exchange(this.head, cells.lost, 0);
  }
}
