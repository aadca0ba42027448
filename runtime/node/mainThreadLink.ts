/** The agent's side of the channel to its main thread. */
import type { MessagePort } from 'node:worker_threads';
import type { Bell } from '../core/bell';
import {
  destinationOf,
  encodeText,
  frameTypes,
  lengthBytes,
  prefixBytes,
  routingBytes,
} from '../core/framing';
import { Ring } from '../core/ring';
import type { ChannelMemory, ControlFrame } from './channel';
import { mainStates, StatusBlock } from './statusBlock';

/** With more than this waiting for the main thread, the other nodes are made to wait. */
const fullBytes = 32 << 20;
const readBytes = 1 << 17;

/** Where frames from the main thread go. */
export interface MainThreadHandler {
  /** Bytes of a message's frame for another node. */
  onMessageBytes(destination: number, bytes: Uint8Array): void;
  onFrame(type: number, body: Uint8Array): void;
  /** False while no more frames should be read. */
  ready(): boolean;
  /** All that was there has been handed on. */
  onIdle(): void;
  /** More messages are waiting for the main thread than should be, or no longer. */
  onFull(full: boolean): void;
}

export class MainThreadLink {
  readonly status: StatusBlock;
  private readonly outgoing: Ring;
  private readonly incoming: Ring;
  private readonly toMain: { bytes: Uint8Array; offset: number }[] = [];
  private toMainBytes = 0;
  /** Messages that have come for the main thread. */
  received = 0;

  private readonly head = new Uint8Array(routingBytes);
  private headLength = 0;
  private bodyLeft = 0;
  private destination = -1;
  private body: Uint8Array | undefined;
  private bodyLength = 0;

  constructor(
    memory: ChannelMemory,
    bell: Bell | undefined,
    port: MessagePort,
    private readonly handler: MainThreadHandler,
  ) {
    this.status = new StatusBlock(memory.status, bell);
    this.outgoing = new Ring(memory.outgoing);
    this.incoming = new Ring(memory.incoming);
    port.on('message', () => this.pump());
    this.status.set('agentSleeps', 1);
  }

  /** True while bytes of the main thread wait for room on the way to another node. */
  get sending(): boolean {
    return this.outgoing.readable > 0;
  }

  /** Sends a control frame to the main thread. */
  control(frame: ControlFrame): void {
    this.deliver([encodeText(frameTypes.control, JSON.stringify(frame))]);
  }

  /** Sends a message's body to the main thread. */
  message(body: Uint8Array): void {
    this.received += 1;
    if (this.status.get('state') === mainStates.done) return;
    const prefix = new Uint8Array(prefixBytes);
    new DataView(prefix.buffer).setUint32(0, body.length + 1, true);
    prefix[lengthBytes] = frameTypes.message;
    this.deliver([prefix, body]);
  }

  /** The program has ended: what still waits for it is let go, and no other node is made to wait for it. */
  release(): void {
    this.toMain.length = 0;
    this.toMainBytes = 0;
    this.handler.onFull(false);
  }

  /** Moves bytes both ways until there is nothing to move. */
  pump(): void {
    this.fill();
    this.status.set('agentSleeps', 0);
    for (;;) {
      while (this.outgoing.readable > 0 && this.handler.ready()) {
        const chunk = new Uint8Array(Math.min(this.outgoing.readable, readBytes));
        const full = this.outgoing.writable < readBytes;
        this.outgoing.read(chunk);
        if (full) this.status.bell.ring();
        this.take(chunk);
      }
      this.handler.onIdle();
      this.status.set('agentSleeps', 1);
      if (this.outgoing.readable === 0 || !this.handler.ready()) return;
      this.status.set('agentSleeps', 0);
    }
  }

  private deliver(pieces: Uint8Array[]): void {
    for (const bytes of pieces) {
      this.toMain.push({ bytes, offset: 0 });
      this.toMainBytes += bytes.length;
    }
    this.fill();
    if (this.toMainBytes > fullBytes) this.handler.onFull(true);
  }

  private fill(): void {
    let any = false;
    for (;;) {
      const next = this.toMain[0];
      if (!next) break;
      const count = this.incoming.write(next.bytes, next.offset);
      next.offset += count;
      this.toMainBytes -= count;
      any ||= count > 0;
      if (next.offset === next.bytes.length) this.toMain.shift();
      else if (count === 0) {
        this.status.set('agentWaitsForSpace', 1);
        if (this.incoming.writable === 0) break;
      }
    }
    if (any) this.status.bell.ring();
    if (this.toMainBytes < fullBytes / 2) this.handler.onFull(false);
  }

  /** Takes bytes of the stream of frames that the main thread writes. */
  private take(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.bodyLeft > 0) at += this.takeBody(chunk, at);
      else at += this.takeHead(chunk, at);
    }
  }

  private takeHead(chunk: Uint8Array, at: number): number {
    const wanted = this.headLength >= prefixBytes ? routingBytes : prefixBytes;
    const count = Math.min(wanted - this.headLength, chunk.length - at);
    this.head.set(chunk.subarray(at, at + count), this.headLength);
    this.headLength += count;
    if (this.headLength < wanted) return count;
    const length = new DataView(this.head.buffer).getUint32(0, true);
    const type = this.head[lengthBytes] as number;
    if (type === frameTypes.message) {
      if (wanted === prefixBytes) return count;
      this.destination = destinationOf(this.head);
      this.handler.onMessageBytes(this.destination, this.head.slice());
      this.bodyLeft = length + lengthBytes - routingBytes;
    } else {
      this.body = new Uint8Array(length - 1);
      this.bodyLength = 0;
      this.bodyLeft = length - 1;
      if (this.bodyLeft === 0) this.finishBody(type);
    }
    this.headLength = 0;
    return count;
  }

  private takeBody(chunk: Uint8Array, at: number): number {
    const count = Math.min(this.bodyLeft, chunk.length - at);
    const bytes = chunk.subarray(at, at + count);
    this.bodyLeft -= count;
    if (this.body) {
      this.body.set(bytes, this.bodyLength);
      this.bodyLength += count;
      if (this.bodyLeft === 0) this.finishBody(this.head[lengthBytes] as number);
    } else this.handler.onMessageBytes(this.destination, bytes);
    return count;
  }

  private finishBody(type: number): void {
    const body = this.body as Uint8Array;
    this.body = undefined;
    this.handler.onFrame(type, body);
  }
}
