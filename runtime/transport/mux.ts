/**
 * Many byte streams over one, each with a flow of its own: a stream that nobody reads holds up itself alone.
 *
 *   u32 stream | u8 type | u32 length of the body | body
 *   open    label as UTF-8      data    bytes
 *   credit  u32 bytes           end     nothing more follows          reset   the stream is gone
 */
import type { Duplex } from 'node:stream';
import { LockstepError } from '../protocol/errors';
import { frameTypes as types, MuxStream } from './muxStream';

const headerBytes = 9;
/** The longest body that is gathered before it is looked at; data are handed on as they come. */
const maximumGatheredBytes = 1024;

/** Carries bytes to the other side; while it is full, streams hold their data back. */
export interface ByteCarrier {
  send(...pieces: Uint8Array[]): void;
  readonly full: boolean;
}

export class Mux {
  private readonly streams = new Map<number, MuxStream>();
  private next: number;
  private readonly header = new Uint8Array(headerBytes);
  private readonly headerView = new DataView(this.header.buffer);
  private have = 0;
  private bodyLeft = 0;
  private body: Uint8Array[] = [];

  /** The two sides differ in `initiator`, so that the streams that both open at once do not collide. */
  constructor(
    private readonly carrier: ByteCarrier,
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

  /**
   * Bytes from the other side, cut anywhere; they belong to the mux from now on. Throws LockstepError(malformed) on
   * what no peer of ours sends.
   */
  receive(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.have < headerBytes) {
        const piece = rest.subarray(0, headerBytes - this.have);
        this.header.set(piece, this.have);
        this.have += piece.length;
        rest = rest.subarray(piece.length);
        if (this.have === headerBytes) this.begin();
      } else {
        const piece = rest.subarray(0, this.bodyLeft);
        rest = rest.subarray(piece.length);
        this.bodyLeft -= piece.length;
        this.take(piece);
      }
    }
  }

  /** The carrier has room again. */
  proceed(): void {
    for (const stream of this.streams.values()) stream.proceed();
  }

  /** All streams end, without a word to the other side. */
  close(): void {
    for (const stream of this.streams.values()) stream.destroy();
  }

  private get type(): number {
    return this.header[4] as number;
  }

  private begin(): void {
    this.bodyLeft = this.headerView.getUint32(5, true);
    if (this.type !== types.data && this.bodyLeft > maximumGatheredBytes) {
      throw new LockstepError('malformed', { problem: `a stream's frame of ${this.bodyLeft} bytes` });
    }
    if (this.bodyLeft === 0) this.finish();
  }

  private take(piece: Uint8Array): void {
    if (this.type === types.data) this.streams.get(this.headerView.getUint32(0, true))?.arrive(piece);
    else this.body.push(piece);
    if (this.bodyLeft === 0) this.finish();
  }

  /** A frame is here whole; one for a stream that is gone, or of a type that we do not know, is dropped. */
  private finish(): void {
    const id = this.headerView.getUint32(0, true);
    const body = Buffer.concat(this.body);
    this.body = [];
    this.have = 0;
    const stream = this.streams.get(id);
    if (this.type === types.open) {
      if (!stream) this.onOpen(body.toString('utf8'), this.add(id));
    } else if (this.type === types.credit && body.length === 4) stream?.grant(body.readUInt32LE());
    else if (this.type === types.end) stream?.arrive(undefined);
    else if (this.type === types.reset) stream?.destroy();
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
    const header = Buffer.allocUnsafe(headerBytes);
    header.writeUInt32LE(id);
    header[4] = type;
    header.writeUInt32LE(body.length, 5);
    if (body.length > 0) this.carrier.send(header, body);
    else this.carrier.send(header);
  }
}
