/**
 * A two-way sequence of frames that outlives the pipe it travels on. Frames carry numbers; what was not acknowledged
 * is kept, and sent again over the next pipe from where the other side says it is.
 *
 *   u32 length of what follows | u8 type | body
 *   hello  u64 number of frames received so far     first on each pipe, both ways
 *   data   the frame                                numbered by counting
 *   ack    u64 number of frames received so far
 *
 * Failure assumption: a pipe may end at any byte, but does not alter, reorder or invent bytes while it lives.
 */
import type { Duplex } from 'node:stream';
import { LockstepError } from '../protocol/errors';

const types = { hello: 1, data: 2, ack: 3 } as const;
const headerBytes = 5;
/** A frame that is larger is not from a peer of ours. */
const maximumFrameBytes = 1 << 24;
/** Received bytes after which an acknowledgement is sent. */
const ackAfterBytes = 1 << 16;
/** The session is full when this much waits for acknowledgement. */
const fullBytes = 8 << 20;

export interface SessionEvents {
  onFrame(frame: Uint8Array): void;
  /** There is room again after {@link Session.full}. */
  onDrained(): void;
}

export class Session {
  private pipe: Duplex | undefined;
  private greeted = false;
  private readonly kept: Uint8Array[] = [];
  private keptBytes = 0;
  /** Number of the first kept frame, and of frames received. */
  private firstKept = 0;
  private received = 0;
  private unacknowledged = 0;
  private partial: Uint8Array = new Uint8Array(0);

  constructor(private readonly events: SessionEvents) {}

  get full(): boolean {
    return this.keptBytes > fullBytes;
  }

  /** Takes a new pipe; an earlier one is no longer used. When the pipe ends, frames are kept for the next one. */
  attach(pipe: Duplex): void {
    this.pipe = pipe;
    this.greeted = false;
    this.partial = new Uint8Array(0);
    this.write(types.hello, count(this.received));
    pipe.on('error', () => undefined); // `close` follows
    pipe.on('data', (chunk: Buffer) => {
      if (this.pipe !== pipe) return;
      try {
        this.receive(chunk);
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

  /** Sends a frame, now or over the next pipe; the bytes belong to the session from now on. */
  send(frame: Uint8Array): void {
    this.kept.push(frame);
    this.keptBytes += frame.length;
    if (this.greeted) this.write(types.data, frame);
  }

  /** Throws LockstepError(malformed) on what no peer of ours sends. */
  private receive(chunk: Uint8Array): void {
    let bytes = this.partial.length === 0 ? chunk : Buffer.concat([this.partial, chunk]);
    for (;;) {
      if (bytes.length < headerBytes) break;
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const length = view.getUint32(0, true);
      if (length < 1 || length > maximumFrameBytes) {
        throw new LockstepError('malformed', { problem: `a session frame of ${length} bytes` });
      }
      if (bytes.length < 4 + length) break;
      this.take(view.getUint8(4), bytes.subarray(headerBytes, 4 + length));
      bytes = bytes.subarray(4 + length);
    }
    this.partial = bytes.slice();
  }

  private take(type: number, body: Uint8Array): void {
    if (type === types.data) {
      this.received += 1;
      this.unacknowledged += body.length;
      if (this.unacknowledged > ackAfterBytes) {
        this.unacknowledged = 0;
        this.write(types.ack, count(this.received));
      }
      this.events.onFrame(body.slice());
    } else if ((type === types.ack || type === types.hello) && body.length === 8) {
      this.release(Number(new DataView(body.buffer, body.byteOffset).getBigUint64(0, true)));
      if (type === types.ack) return;
      this.greeted = true;
      for (const frame of this.kept) this.write(types.data, frame);
    } else throw new LockstepError('malformed', { problem: `a session frame of type ${type}` });
  }

  private release(upTo: number): void {
    const wasFull = this.full;
    if (upTo < this.firstKept || upTo > this.firstKept + this.kept.length) {
      throw new LockstepError('malformed', { problem: `an acknowledgement of frame ${upTo}` });
    }
    for (const frame of this.kept.splice(0, upTo - this.firstKept)) this.keptBytes -= frame.length;
    this.firstKept = upTo;
    if (wasFull && !this.full) this.events.onDrained();
  }

  private write(type: number, body: Uint8Array): void {
    const header = new Uint8Array(headerBytes);
    new DataView(header.buffer).setUint32(0, body.length + 1, true);
    header[4] = type;
    this.pipe?.write(header);
    this.pipe?.write(body);
  }
}

function count(frames: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(frames), true);
  return bytes;
}
