/**
 * Many byte streams over one sequence of frames, each with a flow of its own: a stream that nobody reads holds up
 * itself alone.
 *
 *   u32 stream | u8 type | body
 *   open    label as UTF-8      data    bytes
 *   credit  u32 bytes           end     nothing more follows          reset   the stream is gone
 */
import { Duplex } from 'node:stream';

const types = { open: 1, data: 2, credit: 3, end: 4, reset: 5 } as const;
const headerBytes = 5;
/** What may be under way in one direction of a stream. */
const windowBytes = 1 << 20;
/** The largest body of a data frame. */
const chunkBytes = 1 << 16;

/** Carries the frames to the other side; while it is full, streams hold their data back. */
export interface FrameCarrier {
  send(frame: Uint8Array): void;
  readonly full: boolean;
}

export class Mux {
  private readonly streams = new Map<number, MuxStream>();
  private next: number;

  /** The two sides differ in `initiator`, so that the streams that both open at once do not collide. */
  constructor(
    private readonly carrier: FrameCarrier,
    initiator: boolean,
    private readonly onOpen: (label: string, stream: Duplex) => void,
  ) {
    this.next = initiator ? 2 : 1;
  }

  /** Opens a stream; the other side gets it with its label. */
  open(label: string): Duplex {
    const id = this.next;
    this.next += 2;
    this.write(id, types.open, Buffer.from(label, 'utf8'));
    return this.add(id);
  }

  /** A frame from the other side; one for a stream that is gone is dropped. */
  receive(frame: Uint8Array): void {
    if (frame.length < headerBytes) return;
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    const id = view.getUint32(0, true);
    const type = view.getUint8(4);
    const body = frame.subarray(headerBytes);
    if (type === types.open) {
      if (!this.streams.has(id)) this.onOpen(Buffer.from(body).toString('utf8'), this.add(id));
      return;
    }
    const stream = this.streams.get(id);
    if (!stream) return;
    if (type === types.data) stream.arrive(body);
    else if (type === types.credit && body.length === 4) stream.grant(view.getUint32(headerBytes, true));
    else if (type === types.end) stream.arrive(undefined);
    else if (type === types.reset) stream.destroy();
  }

  /** The carrier has room again. */
  proceed(): void {
    for (const stream of this.streams.values()) stream.proceed();
  }

  /** All streams end, without a word to the other side. */
  close(): void {
    for (const stream of this.streams.values()) stream.destroy();
  }

  private add(id: number): MuxStream {
    const stream = new MuxStream(
      () => this.carrier.full,
      (type, body) => this.write(id, type, body),
      () => this.streams.delete(id),
    );
    this.streams.set(id, stream);
    return stream;
  }

  private write(id: number, type: number, body: Uint8Array): void {
    const frame = new Uint8Array(headerBytes + body.length);
    new DataView(frame.buffer).setUint32(0, id, true);
    frame[4] = type;
    frame.set(body, headerBytes);
    this.carrier.send(frame);
  }
}

const nothing = new Uint8Array(0);

class MuxStream extends Duplex {
  private credit = windowBytes;
  private taken = 0;
  private pending: { bytes: Uint8Array; done: (error?: Error) => void } | undefined;

  constructor(
    private readonly held: () => boolean,
    private readonly frame: (type: number, body: Uint8Array) => void,
    private readonly forget: () => void,
  ) {
    super({ allowHalfOpen: true });
  }

  /** Bytes from the other side, or its end. */
  arrive(bytes: Uint8Array | undefined): void {
    if (!bytes) {
      this.push(null);
      return;
    }
    this.taken += bytes.length;
    if (this.push(Buffer.from(bytes))) this.giveCredit();
  }

  /** The other side can take more. */
  grant(bytes: number): void {
    this.credit += bytes;
    this.proceed();
  }

  override _read(): void {
    this.giveCredit();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.pending = { bytes: chunk, done };
    this.proceed();
  }

  override _final(done: () => void): void {
    this.frame(types.end, nothing);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const whole = this.readableEnded && this.writableFinished;
    if (!whole) this.frame(types.reset, nothing);
    this.forget();
    done(error);
  }

  private giveCredit(): void {
    if (this.taken < windowBytes / 4) return;
    const body = new Uint8Array(4);
    new DataView(body.buffer).setUint32(0, this.taken, true);
    this.taken = 0;
    this.frame(types.credit, body);
  }

  /** Sends what waits, as far as the other side and the carrier can take it. */
  proceed(): void {
    while (this.pending && this.credit > 0 && !this.held()) {
      const { bytes, done } = this.pending;
      const count = Math.min(bytes.length, this.credit, chunkBytes);
      this.credit -= count;
      this.frame(types.data, bytes.subarray(0, count));
      if (count === bytes.length) {
        this.pending = undefined;
        done();
      } else this.pending = { bytes: bytes.subarray(count), done };
    }
  }
}
