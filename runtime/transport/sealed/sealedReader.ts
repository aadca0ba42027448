import { LockstepError } from '../../protocol/errors';
import { ended, notNow } from '../dataLinks/nativeSockets';
import {
  headBytes,
  maximumRecordBytes,
  overheadBytes,
  recordTypes,
  RecordOpener,
  RecordSealer,
} from './records';
import { countBytes } from './sealedWriter';
import type { Wire } from './wire';

/** What one call takes in: many small records, or more than one large one. */
const scratchBytes = 2 * (maximumRecordBytes + overheadBytes);
/** Received bytes after which the other side is told. */
const acknowledgeBytes = 1 << 19;
const nothing = Buffer.alloc(0);

/**
 * The receiver's end of a sealed link: sealed records in, bytes out (see sealedWriter.ts). What does not open ends the
 * direct connection, and comes again on the link behind it. Nothing blocks here.
 */
export class SealedReader {
  private readonly opener: RecordOpener;
  private readonly sealer: RecordSealer;
  private readonly scratch = Buffer.allocUnsafeSlow(scratchBytes);
  private readonly view = new DataView(this.scratch.buffer);
  /** What was received and not opened lies between the two. */
  private start = 0;
  private end = 0;
  /** What was opened and not handed out. */
  private content: Buffer = nothing;
  /** Bytes of the sealed stream that were opened, and the last of them that the other side was told of. */
  private opened = 0;
  private told = 0;
  /** The number with which what comes from behind begins, and what of it was opened before. */
  private readonly first = Buffer.alloc(countBytes);
  private firstBytes = 0;
  private skip = 0;
  private hasBehindEnded = false;

  /**
   * `hasNews` tells whether something may have come on the link behind since this was asked last; `onLost` is called when
   * the direct connection is given up.
   */
  constructor(
    keys: { seal: Buffer; open: Buffer },
    private direct: Wire | undefined,
    private readonly behind: Wire,
    private readonly hasNews: () => boolean,
    private readonly onLost: () => void,
  ) {
    this.opener = new RecordOpener(keys.open);
    this.sealer = new RecordSealer(keys.seal);
  }

  /** Takes up to `count` bytes; answers how many, `notNow` or `ended`. Throws LockstepError(malformed). */
  receive(bytes: Uint8Array, count: number): number {
    let taken = 0;
    for (;;) {
      if (this.content.length > 0) {
        const part = this.content.subarray(0, count - taken);
        bytes.set(part, taken);
        taken += part.length;
        this.content = this.content.subarray(part.length);
      }
      if (taken === count) return taken;
      if (this.openNext()) continue;
      if (taken > 0) return taken;
      const received = this.fill();
      if (received <= 0) return received;
    }
  }

  /** Opens the next record if it is here whole. */
  private openNext(): boolean {
    const have = this.end - this.start;
    if (have < headBytes) return false;
    try {
      const length = this.opener.lengthAt(this.view, this.start);
      if (have < length) return false;
      const { type, content } = this.opener.open(this.scratch.subarray(this.start, this.start + length));
      if (type !== recordTypes.data) {
        throw new LockstepError('malformed', { problem: `a record of type ${type}` });
      }
      this.content = content;
      this.start += length;
      this.opened += length;
    } catch (error) {
      if (this.direct === undefined) throw error;
      this.loseDirect();
      return false;
    }
    if (this.opened - this.told >= acknowledgeBytes) this.acknowledge();
    return true;
  }

  private acknowledge(): void {
    if (this.direct === undefined) return;
    this.told = this.opened;
    const count = Buffer.alloc(countBytes);
    count.writeBigUInt64LE(BigInt(this.opened));
    const record = this.sealer.seal(recordTypes.acknowledgement, count);
    if (this.direct.send(record, record.length) !== record.length) this.loseDirect();
  }

  private fill(): number {
    if (this.direct !== undefined) {
      const count = this.take(this.direct);
      if (count > 0) return count;
      if (count === ended) this.loseDirect();
      else if (!this.hasNews()) {
        this.opener.prepare();
        return notNow;
      }
    }
    return this.fillFromBehind();
  }

  private fillFromBehind(): number {
    if (this.hasBehindEnded) return this.direct === undefined ? ended : notNow;
    if (this.firstBytes < countBytes) {
      const count = this.behind.receive(this.first.subarray(this.firstBytes), countBytes - this.firstBytes);
      if (count === ended) this.hasBehindEnded = true;
      if (count <= 0) return this.hasBehindEnded && this.direct === undefined ? ended : notNow;
      this.firstBytes += count;
      if (this.firstBytes < countBytes) return notNow;
      this.loseDirect();
      this.skip = this.opened - Number(this.first.readBigUInt64LE());
      if (this.skip < 0) throw new LockstepError('malformed', { problem: 'a sealed link with a gap' });
    }
    const count = this.take(this.behind);
    if (count <= 0) return count;
    const skipped = Math.min(this.skip, count);
    this.skip -= skipped;
    this.start += skipped;
    return count;
  }

  private take(wire: Wire): number {
    const { scratch } = this;
    if (this.start > 0) {
      if (this.end > this.start) scratch.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    const count = wire.receive(
      this.end === 0 ? scratch : scratch.subarray(this.end),
      scratch.length - this.end,
    );
    if (count > 0) this.end += count;
    return count;
  }

  /** Half a record that was on the direct connection comes again whole. */
  private loseDirect(): void {
    if (this.direct === undefined) return;
    this.direct = undefined;
    this.start = 0;
    this.end = 0;
    this.onLost();
  }
}
