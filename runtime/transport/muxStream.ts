/** One of the streams of a {@link Mux}: what may be under way in each direction is bounded by its window. */
import { Duplex } from 'node:stream';

/** Types of a mux's frames. */
export const frameTypes = { open: 1, data: 2, credit: 3, end: 4, reset: 5 } as const;

/** What may be under way in one direction of a stream. */
const windowBytes = 4 << 20;
/** The largest body of a data frame. */
const chunkBytes = 1 << 17;
/** What a stream gathers before whoever writes to it is made to wait, which costs calls of the system. */
const highWaterMark = 1 << 18;

const nothing = new Uint8Array(0);

export class MuxStream extends Duplex {
  private credit = windowBytes;
  private taken = 0;
  private pending: { bytes: Uint8Array; done: (error?: Error) => void } | undefined;

  /** `held` is true while no data may be sent; `frame` sends a frame of this stream; `forget` is called at its end. */
  constructor(
    private readonly held: () => boolean,
    private readonly frame: (type: number, body: Uint8Array) => void,
    private readonly forget: () => void,
  ) {
    super({ allowHalfOpen: true, highWaterMark });
  }

  /** Bytes from the other side, or its end. */
  arrive(bytes: Uint8Array | undefined): void {
    if (!bytes) {
      this.push(null);
      return;
    }
    this.taken += bytes.length;
    if (this.push(bytes)) this.giveCredit();
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
    this.frame(frameTypes.end, nothing);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const whole = this.readableEnded && this.writableFinished;
    if (!whole) this.frame(frameTypes.reset, nothing);
    this.forget();
    done(error);
  }

  /** Sends what waits, as far as the other side and the carrier can take it. */
  proceed(): void {
    while (this.pending && this.credit > 0 && !this.held()) {
      const { bytes, done } = this.pending;
      const count = Math.min(bytes.length, this.credit, chunkBytes);
      this.credit -= count;
      this.frame(frameTypes.data, bytes.subarray(0, count));
      if (count === bytes.length) {
        this.pending = undefined;
        done();
      } else this.pending = { bytes: bytes.subarray(count), done };
    }
  }

  private giveCredit(): void {
    if (this.taken < windowBytes / 4) return;
    const body = Buffer.allocUnsafe(4);
    body.writeUInt32LE(this.taken);
    this.taken = 0;
    this.frame(frameTypes.credit, body);
  }
}
