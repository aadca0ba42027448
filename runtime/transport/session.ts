/**
 * A two-way stream of bytes that outlives the pipe it travels on. What was not acknowledged is kept, and sent again
 * over the next pipe from where the other side says it is.
 *
 *   u32 length of what follows | u8 type | body
 *   hello  u64 number of bytes received so far      first on each pipe, both ways
 *   data   the next bytes
 *   ack    u64 number of bytes received so far
 *
 * Failure assumption: a pipe may end at any byte, but does not alter, reorder or invent bytes while it lives.
 */
import type { Duplex } from 'node:stream';
import { LockstepError } from '../protocol/errors';

const types = { hello: 1, data: 2, ack: 3 } as const;
const headerBytes = 5;
const countBytes = 8;
/** A piece that is longer is not from a peer of ours. */
const maximumPieceBytes = 1 << 24;
/** Received bytes after which an acknowledgement is sent. */
const ackAfterBytes = 1 << 18;
/** The session is full when this much waits for acknowledgement. */
const fullBytes = 16 << 20;
/** What is gathered in one turn goes out as one; this much does not wait for the turn's end. */
const gatherBytes = 1 << 17;

export interface SessionEvents {
  /** The next bytes from the other side; they belong to whoever takes them. */
  onBytes(bytes: Uint8Array): void;
  /** There is room again after {@link Session.full}. */
  onDrained(): void;
}

export class Session {
  private pipe: Duplex | undefined;
  private greeted = false;
  private readonly kept: Uint8Array[] = [];
  private keptBytes = 0;
  /** Number of the first kept byte, and of bytes received. */
  private firstKept = 0;
  private received = 0;
  private unacknowledged = 0;
  private reader = new PieceReader();
  /** What goes out together at the end of this turn. */
  private gathered: Uint8Array[] = [];
  private gatheredBytes = 0;

  constructor(private readonly events: SessionEvents) {}

  get full(): boolean {
    return this.keptBytes > fullBytes;
  }

  /** Takes a new pipe; an earlier one is no longer used. When the pipe ends, bytes are kept for the next one. */
  attach(pipe: Duplex): void {
    this.pipe = pipe;
    this.greeted = false;
    this.reader = new PieceReader();
    this.gathered = [];
    this.gatheredBytes = 0;
    this.write(types.hello, numberOf(this.received));
    pipe.on('error', () => undefined); // `close` follows
    pipe.on('data', (chunk: Buffer) => {
      if (this.pipe !== pipe) return;
      try {
        this.reader.read(chunk, (type, bytes) => this.take(type, bytes));
      } catch {
        pipe.destroy(); // not one of ours
      }
    });
    pipe.once('close', () => {
      if (this.pipe !== pipe) return;
      this.pipe = undefined;
      this.greeted = false;
    });
  }

  /** Sends bytes, now or over the next pipe; they belong to the session from now on. */
  send(...pieces: Uint8Array[]): void {
    for (const piece of pieces) {
      this.kept.push(piece);
      this.keptBytes += piece.length;
    }
    if (this.greeted) this.write(types.data, ...pieces);
  }

  /** Tells the other side what has arrived, and with it that this side lives. */
  acknowledge(): void {
    this.unacknowledged = 0;
    if (this.greeted) this.write(types.ack, numberOf(this.received));
  }

  private take(type: number, bytes: Uint8Array): void {
    if (type === types.data) {
      this.received += bytes.length;
      this.unacknowledged += bytes.length;
      if (this.unacknowledged > ackAfterBytes) this.acknowledge();
      this.events.onBytes(bytes);
      return;
    }
    this.release(Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)));
    if (type === types.ack) return;
    this.greeted = true;
    for (const piece of this.kept) this.write(types.data, piece);
  }

  private release(upTo: number): void {
    const wasFull = this.full;
    if (upTo < this.firstKept || upTo > this.firstKept + this.keptBytes) {
      throw new LockstepError('malformed', { problem: `an acknowledgement of byte ${upTo}` });
    }
    let left = upTo - this.firstKept;
    this.firstKept = upTo;
    this.keptBytes -= left;
    let whole = 0;
    for (; left > 0; whole += 1) {
      const piece = this.kept[whole] as Uint8Array;
      if (piece.length > left) {
        this.kept[whole] = piece.subarray(left);
        break;
      }
      left -= piece.length;
    }
    this.kept.splice(0, whole);
    if (wasFull && !this.full) this.events.onDrained();
  }

  /** Pipes pay for each write, with a packet, a cipher and a call of the system: what belongs together goes together. */
  private write(type: number, ...pieces: Uint8Array[]): void {
    const header = Buffer.allocUnsafe(headerBytes);
    let length = 1;
    for (const piece of pieces) length += piece.length;
    header.writeUInt32LE(length);
    header[4] = type;
    if (this.gathered.length === 0) process.nextTick(() => this.flush());
    this.gathered.push(header, ...pieces);
    this.gatheredBytes += 4 + length;
    if (this.gatheredBytes > gatherBytes) this.flush();
  }

  private flush(): void {
    const { gathered } = this;
    if (gathered.length === 0) return;
    this.gathered = [];
    this.gatheredBytes = 0;
    this.pipe?.write(Buffer.concat(gathered));
  }
}

/** Takes a pipe's bytes apart; hands out data as it comes, without a copy, and counts whole. */
class PieceReader {
  private readonly head = new Uint8Array(headerBytes + countBytes);
  private have = 0;
  private dataLeft = 0;

  /** Throws LockstepError(malformed) on what no peer of ours sends. */
  read(chunk: Uint8Array, onPiece: (type: number, bytes: Uint8Array) => void): void {
    for (let at = 0; at < chunk.length;) {
      if (this.dataLeft > 0) {
        const bytes = chunk.subarray(at, at + this.dataLeft);
        at += bytes.length;
        this.dataLeft -= bytes.length;
        onPiece(types.data, bytes);
      } else at += this.readHead(chunk.subarray(at), onPiece);
    }
  }

  private readHead(chunk: Uint8Array, onPiece: (type: number, bytes: Uint8Array) => void): number {
    const wanted = this.have < headerBytes ? headerBytes : headerBytes + countBytes;
    const bytes = chunk.subarray(0, wanted - this.have);
    this.head.set(bytes, this.have);
    this.have += bytes.length;
    if (this.have < wanted) return bytes.length;
    const length = new DataView(this.head.buffer).getUint32(0, true) - 1;
    const type = this.head[4] as number;
    if (wanted > headerBytes) onPiece(type, this.head.subarray(headerBytes));
    else if (type === types.data && length > 0 && length < maximumPieceBytes) this.dataLeft = length;
    else if ((type === types.ack || type === types.hello) && length === countBytes) return bytes.length;
    else
      throw new LockstepError('malformed', { problem: `a session frame of type ${type}, ${length} bytes` });
    this.have = 0;
    return bytes.length;
  }
}

function numberOf(bytes: number): Uint8Array {
  const number = Buffer.allocUnsafe(countBytes);
  number.writeBigUInt64LE(BigInt(bytes));
  return number;
}
