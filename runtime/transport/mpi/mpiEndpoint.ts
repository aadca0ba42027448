/**
 * The endpoint of a node whose messages an MPI library carries. Envelopes travel, not the program's calls: matching,
 * deadlock detection and the debugger's views are the runtime's, as on every transport.
 *
 * Nothing blocks inside the library, which no debugger could interrupt: receives of slots (slotLayout.ts) are posted
 * ahead, as persistent requests, and tested in the order in which the library matches them (MPI standard 4.0, section
 * 3.5), so order is kept. A payload that does not fit into its slot is sent from its memory and received into the receiver's
 * buffer, or memory of its own (one copy at most, the library's); from one source nothing overtakes it.
 *
 * Cost: one message of the library for a payload of up to 1.9 KiB, one more for each part beyond. Failures: as the
 * library's: none are masked, the loss of a process ends the run.
 */
import { type Envelope, type Message, type Payload, payloadBytes } from '../../protocol/envelope';
import type { Wait } from '../../protocol/node';
import type { Endpoint, PlaceParts, WakeUp } from '../endpoint';
import type { Blocking } from '../blocking';
import type { Handle } from './handles';
import { MpiCollectives } from './mpiCollectives';
import type { MpiLibrary } from './mpiLibrary';
import { RequestTable } from './requestTable';
import { slotBytes, Slots } from './slotLayout';

const receiveSlots = 32;
const sendSlots = 16;
const slotTag = 1;
const contentTag = 2;

/** A message whose parts are under way, or that waits behind one of the same source. */
interface Arriving {
  message: Message;
  requests: RequestTable | undefined;
}

export class MpiEndpoint implements Endpoint {
  private readonly received = new Slots(receiveSlots);
  private readonly receives: RequestTable;
  private nextReceive = 0;
  /** So many receives before the next one were taken and are to be posted again. */
  private taken = 0;
  private readonly sent = new Slots(sendSlots);
  private readonly sentAt: number;
  private readonly sends: RequestTable;
  private nextSend = 0;
  private arriving: Arriving[] = [];
  /** What was taken in while a send had to wait, or somebody asked whether there is something. */
  private readonly arrived: Message[] = [];

  readonly library: MpiCollectives;
  place: PlaceParts | undefined;

  /** `comm` and `collectives` are communicators of all nodes, this endpoint's alone. */
  constructor(
    private readonly mpi: MpiLibrary,
    private readonly comm: Handle,
    collectives: Handle,
    readonly rank: number,
    readonly size: number,
    private readonly blocking: Blocking,
  ) {
    const { byte, anySource } = mpi.handles;
    this.library = new MpiCollectives(mpi, collectives, blocking);
    this.receives = new RequestTable(mpi, receiveSlots);
    this.sends = new RequestTable(mpi, sendSlots);
    this.sentAt = mpi.addressOf(this.sent.memory);
    const at = mpi.addressOf(this.received.memory);
    for (let i = 0; i < receiveSlots; i += 1) {
      const request = this.receives.address(i);
      mpi.receiveInit(at + i * slotBytes, slotBytes, byte, anySource, slotTag, comm, request);
      mpi.start(request);
    }
  }

  send(envelope: Envelope, payload: Payload, wait: Wait): void {
    if (this.nextSend === sendSlots) {
      if (!this.sends.done()) this.blockUntil(wait, () => this.sends.done());
      this.nextSend = 0;
    }
    const { mpi, comm, nextSend: slot } = this;
    this.nextSend += 1;
    const { bytes, whole } = this.sent.write(slot, envelope, payload);
    const { byte } = mpi.handles;
    const { destination } = envelope;
    const request = this.sends.address(slot);
    this.blocking.pausing();
    mpi.isend(this.sentAt + slot * slotBytes, bytes, byte, destination, slotTag, comm, request);
    this.blocking.countSent(destination, payloadBytes(payload));
    if (!whole) this.sendParts(payload.parts, destination, wait);
  }

  poll(): Message | undefined {
    return this.arrived.length > 0 ? this.arrived.shift() : this.take();
  }

  /** True if `poll` has something. */
  readonly ready = (): boolean => {
    if (this.arrived.length > 0) return true;
    const message = this.take();
    if (message !== undefined) this.arrived.push(message);
    return message !== undefined;
  };

  wait(wait: Wait, wakeUp?: WakeUp): void {
    this.blocking.block(wait, this.ready, this.ready, wakeUp);
  }

  arrival(): Promise<void> {
    return this.blocking.rung(this.ready);
  }

  /** What arrives is taken in and let go; true once all that was sent has left. */
  drain(): boolean {
    while (this.poll() !== undefined);
    return this.sends.done();
  }

  /** Ends it, after all nodes' programs: nothing is under way any more. */
  close(): void {
    while (!this.drain());
    if (this.taken > 0) this.postAgain();
    this.receives.cancel();
  }

  private sendParts(parts: readonly Uint8Array[], destination: number, wait: Wait): void {
    const { mpi, comm } = this;
    const filled = parts.filter((part) => part.byteLength > 0).map(outsideHeap);
    const requests = new RequestTable(mpi, filled.length);
    for (const [index, part] of filled.entries()) {
      const [at, request] = [mpi.addressOf(part), requests.address(index)];
      mpi.isend(at, part.byteLength, mpi.handles.byte, destination, contentTag, comm, request);
    }
    if (!requests.done()) this.blockUntil(wait, () => requests.done());
  }

  /** The next message that is here as a whole. */
  private take(): Message | undefined {
    const { receives, nextReceive } = this;
    if (!receives.isDone(nextReceive)) {
      if (this.taken > 0) this.postAgain();
      return this.arriving.length > 0 ? this.takeArriving() : undefined;
    }
    const { message, whole } = this.received.read(nextReceive, this.rank, this.place);
    this.nextReceive = nextReceive + 1 < receiveSlots ? nextReceive + 1 : 0;
    this.taken += 1;
    if (this.taken >= receiveSlots / 2) this.postAgain();
    const { source } = message.envelope;
    this.blocking.countReceived(payloadBytes(message.payload));
    const isNext =
      this.arriving.length === 0 || !this.arriving.some(({ message: m }) => m.envelope.source === source);
    if (whole && isNext) return message;
    this.arriving.push({ message, requests: whole ? undefined : this.receiveParts(message) });
    return this.takeArriving();
  }

  /** Posts what was taken, in order: not before there is time to, so that nobody waits for it. */
  private postAgain(): void {
    const { receives, mpi, nextReceive } = this;
    const from = (nextReceive - this.taken + receiveSlots) % receiveSlots;
    const first = Math.min(this.taken, receiveSlots - from);
    mpi.startall(first, receives.address(from));
    if (first < this.taken) mpi.startall(this.taken - first, receives.address(0));
    this.taken = 0;
  }

  private receiveParts({ envelope, payload }: Message): RequestTable {
    const { mpi, comm } = this;
    const parts = payload.parts.filter((part) => part.byteLength > 0);
    const requests = new RequestTable(mpi, parts.length);
    for (const [index, part] of parts.entries()) {
      const [at, request] = [mpi.addressOf(part), requests.address(index)];
      mpi.irecv(at, part.byteLength, mpi.handles.byte, envelope.source, contentTag, comm, request);
    }
    return requests;
  }

  /** The first message that is complete and has none of its source before it. */
  private takeArriving(): Message | undefined {
    const waiting = new Set<number>();
    for (const [index, { message, requests }] of this.arriving.entries()) {
      const { source } = message.envelope;
      if (!waiting.has(source) && (requests === undefined || requests.done())) {
        this.arriving.splice(index, 1);
        return message;
      }
      waiting.add(source);
    }
    return undefined;
  }

  /** Blocks until `act` succeeds; takes in what arrives meanwhile, so that two nodes that send to each other go on. */
  private blockUntil(wait: Wait, act: () => boolean): void {
    this.blocking.block(wait, () => {
      for (let message = this.take(); message !== undefined; message = this.take())
        this.arrived.push(message);
      return act();
    });
  }
}

/** Arrays this short may lie in the garbage collector's heap, where they can move. */
const mayMoveBytes = 64;

function outsideHeap(part: Uint8Array): Uint8Array {
  if (part.byteLength > mayMoveBytes) return part;
  const copy = Buffer.allocUnsafeSlow(part.byteLength);
  copy.set(part);
  return copy;
}
