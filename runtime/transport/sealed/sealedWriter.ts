/**
 * The sender's end of a sealed link: bytes in, sealed records out, over the direct connection or, once that is lost, over
 * the link that was there before it. What the other side has not acknowledged is kept as it was sealed, and is sent again
 * there: the records are the same on either way, and none is sealed twice. Nothing blocks here.
 *
 * Failure assumptions: the direct connection may end at any byte, lose what it took, and say anything; the link behind it
 * may end, but does not alter, lose or reorder. A direct connection that is silent without an end is ended by the relays
 * (relay/socketDoor.ts). What was lost is sent again by the thread that sent it, at its next call, or once it has ended.
 */
import { LockstepError } from '../../protocol/errors';
import { ended, notNow } from '../dataLinks/nativeSockets';
import type { Wire } from './wire';
import {
  headBytes,
  maximumRecordBytes,
  overheadBytes,
  recordTypes,
  RecordOpener,
  RecordSealer,
} from './records';

/** So much may wait for its acknowledgement. */
const windowBytes = 4 << 20;
/** With more than this waiting, acknowledgements are looked for. */
const lookBytes = windowBytes / 2;
/** Length of the number of the first byte that is sent again, and of an acknowledgement's content. */
export const countBytes = 8;
const acknowledgementBytes = countBytes + overheadBytes;

export class SealedWriter {
  private readonly sealer: RecordSealer;
  private readonly opener: RecordOpener;
  /** Records that were sent and not acknowledged, then those to be sent, from this one and this byte of it on. */
  private kept: Buffer[] = [];
  private keptBytes = 0;
  private unsent = 0;
  private offset = 0;
  /** Number of the first kept byte of the sealed stream. */
  private firstKept = 0;
  /** Bytes of the caller's that are sealed, in a record that is not sent as a whole. */
  private taken = 0;
  private wire: Wire;
  private readonly arriving = Buffer.alloc(acknowledgementBytes);
  private arrived = 0;

  /** `onLost` is called when the direct connection is given up. */
  constructor(
    keys: { seal: Buffer; open: Buffer },
    private direct: Wire | undefined,
    private readonly behind: Wire,
    private readonly onLost: () => void,
  ) {
    this.sealer = new RecordSealer(keys.seal);
    this.opener = new RecordOpener(keys.open);
    this.wire = direct ?? behind;
  }

  /** True while something that was sealed waits for room. */
  get waitsForRoom(): boolean {
    return this.unsent < this.kept.length;
  }

  /** True while too much was not acknowledged. */
  get waitsForWord(): boolean {
    return this.direct !== undefined && this.keptBytes >= windowBytes;
  }

  /**
   * Hands over up to `count` bytes; answers how many, `notNow` or `ended`. What was not taken has to be offered again as it
   * was, and nothing else.
   */
  send(bytes: Uint8Array, count: number): number {
    if (this.taken === 0) {
      if (this.keptBytes >= lookBytes) this.takeAcknowledgements();
      if (this.waitsForWord) return notNow;
      this.taken = Math.min(count, maximumRecordBytes);
      const record = this.sealer.seal(recordTypes.data, bytes.subarray(0, this.taken));
      this.kept.push(record);
      this.keptBytes += record.length;
    }
    if (this.flush() === ended) return ended;
    if (this.waitsForRoom) return notNow;
    const { taken } = this;
    this.taken = 0;
    this.sealer.prepare();
    return taken;
  }

  /** Sends what waits for room; answers `ended` where nobody takes it any more. */
  flush(): number {
    while (this.unsent < this.kept.length) {
      const record = this.kept[this.unsent] as Buffer;
      const count = this.wire.send(
        this.offset === 0 ? record : record.subarray(this.offset),
        record.length - this.offset,
      );
      if (count === notNow) return notNow;
      if (count === ended) {
        if (this.direct === undefined) return ended;
        this.loseDirect();
        continue;
      }
      this.offset += count;
      if (this.offset < record.length) continue;
      this.offset = 0;
      this.unsent += 1;
    }
    if (this.direct === undefined) this.release(this.unsent);
    return notNow;
  }

  /** Gives up the direct connection; what it may have lost goes the other way, at the next `flush`. */
  loseDirect(): void {
    if (this.direct === undefined) return;
    this.direct = undefined;
    this.wire = this.behind;
    this.onLost();
    const first = Buffer.alloc(countBytes);
    first.writeBigUInt64LE(BigInt(this.firstKept));
    this.kept.unshift(first);
    this.keptBytes += first.length;
    this.unsent = 0;
    this.offset = 0;
  }

  /** Takes in how much has arrived. */
  takeAcknowledgements(): void {
    try {
      while (this.direct !== undefined) {
        const { arriving, arrived } = this;
        const count = this.direct.receive(arriving.subarray(arrived), acknowledgementBytes - arrived);
        if (count === notNow) return;
        if (count === ended) return this.loseDirect();
        this.arrived += count;
        if (this.arrived < acknowledgementBytes) continue;
        this.arrived = 0;
        this.acknowledge(arriving);
      }
    } catch {
      this.loseDirect(); // what was said there is not of the other side
    }
  }

  private acknowledge(record: Buffer): void {
    const view = new DataView(record.buffer, record.byteOffset, headBytes);
    const whole = this.opener.lengthAt(view, 0) === acknowledgementBytes;
    const { type, content } = this.opener.open(record);
    const upTo = Number(content.readBigUInt64LE());
    let records = 0;
    let at = this.firstKept;
    for (; at < upTo && records < this.unsent; records += 1) at += (this.kept[records] as Buffer).length;
    if (!whole || type !== recordTypes.acknowledgement || at !== upTo) {
      throw new LockstepError('malformed', { problem: `an acknowledgement of byte ${upTo}` });
    }
    this.release(records);
  }

  private release(records: number): void {
    for (const record of this.kept.splice(0, records)) {
      this.keptBytes -= record.length;
      this.firstKept += record.length;
    }
    this.unsent -= records;
  }
}
