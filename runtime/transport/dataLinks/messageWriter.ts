import { encodeMessageHeader, fixedBytes, writeMessageHeader } from '../../core/framing';
import type { Envelope, Payload } from '../../protocol/envelope';
import { ended } from './nativeSockets';

/** A message up to this goes with one call of the system; of a larger one, its header goes first. */
const scratchBytes = 1 << 14;

/** Hands over up to `count` bytes; answers how many, `notNow` or `ended`. */
export type Send = (bytes: Uint8Array, count: number) => number;

/** The sender's end of a data link: messages in, a stream of bytes out (see core/framing.ts). Nothing blocks here. */
export class MessageWriter {
  private readonly scratch = Buffer.allocUnsafeSlow(scratchBytes);
  private readonly view = new DataView(this.scratch.buffer);
  /** What is left of the message begun: its pieces, from this one on, from this byte on; the first is `firstBytes` long. */
  private pieces: readonly Uint8Array[] = [];
  private firstBytes = 0;
  private piece = 0;
  private offset = 0;
  /** The other side takes nothing any more. */
  isEnded = false;

  constructor(private readonly send: Send) {}

  /** Begins a message; the one before is done. Its parts are used until it is done too. */
  begin(envelope: Envelope, payload: Payload, contentBytes: number): void {
    const { parts } = payload;
    const { scratch } = this;
    let at = fixedBytes + 4 * parts.length;
    this.piece = 0;
    this.offset = 0;
    if (at + contentBytes <= scratchBytes) {
      writeMessageHeader(this.view, envelope, payload);
      for (const part of parts) {
        scratch.set(part, at);
        at += part.length;
      }
      this.pieces = [scratch];
      this.firstBytes = at;
      return;
    }
    const header = encodeMessageHeader(envelope, payload);
    this.pieces = [header, ...parts];
    this.firstBytes = header.length;
  }

  /** True once all of the last message is on its way. */
  get done(): boolean {
    return this.piece === this.pieces.length;
  }

  /** Sends as much of the last message as there is room for; true if that was anything. */
  advance(): boolean {
    let any = false;
    for (; this.piece < this.pieces.length; this.piece += 1, this.offset = 0) {
      const piece = this.pieces[this.piece] as Uint8Array;
      const length = this.piece === 0 ? this.firstBytes : piece.length;
      while (this.offset < length) {
        const rest = this.offset === 0 ? piece : piece.subarray(this.offset);
        const count = this.send(rest, length - this.offset);
        if (count <= 0) {
          this.isEnded ||= count === ended;
          return any;
        }
        this.offset += count;
        any = true;
      }
    }
    this.abandon(); // all is on its way: the payload's memory is let go
    return any;
  }

  /** Lets go of what is left of the last message. */
  abandon(): void {
    this.pieces = [];
    this.piece = 0;
  }
}
