/**
 * The main thread's way to its agent thread: two rings, a bell and a port that wakes the agent's event loop.
 * All blocking of a program happens in this file.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Bell } from '../core/bell';
import { monotonicMs } from '../core/clock';
import { FrameReader } from '../core/framing';
import { Ring } from '../core/ring';
import type { JoiningNode, NodeBoot, NodesAnswer, ProgramStart, ScaleWish } from '../protocol/agentLink';
import { maximumRanks } from '../protocol/configuration';
import type { WireError } from '../protocol/errors';
import type { LostMessages, MessageFaults } from '../protocol/faults';
import type { SourceLocation, Wait, WaitingMessages } from '../protocol/node';
import type { Blocking } from '../transport/blocking';
import type { WakeUp } from '../transport/endpoint';
import type { FrameChannel } from '../transport/socket';
import type { OnlyMessages } from './onlyMessages';
import type { Patience } from './patience';
import { mainStates, StatusBlock } from './statusBlock';

/** Shared by the two threads of a node. */
export interface ChannelMemory {
  outgoing: SharedArrayBuffer;
  incoming: SharedArrayBuffer;
  status: SharedArrayBuffer;
  /** Messages and bytes sent, by destination. */
  traffic: SharedArrayBuffer;
}

/** What else there is to say of a wait, asked when somebody wants to know. */
export interface WaitDetails {
  /** Where in the program the present call was made. */
  here(): SourceLocation | undefined;
  /** The messages that lie here for a receive. */
  waiting(): WaitingMessages[] | undefined;
  /** What faults made on purpose have lost on the way from this node. */
  lost(): LostMessages[] | undefined;
  /** What the program awaits, if it awaits a request, or what nothing can settle. */
  awaited(): Wait | undefined;
  /** The program has something else to do than to await messages. */
  goesOn(): void;
}

/** Is told of each wait, and of calls of the system by which messages leave. */
export interface WaitRecorder {
  /** A wait begins. Answers what is to be called every few tenths of a microsecond while it only looks, if anything. */
  waiting(): (() => void) | undefined;
  /** What comes next may take long beside a small message: sleep, or a call of the system. */
  pause(): void;
}

/** What the main thread hands to its agent thread. */
export interface AgentData {
  boot: NodeBoot;
  memory: ChannelMemory;
  /** The node's {@link MessageCounts}. */
  counts: SharedArrayBuffer;
  /** Its ring of operations; see mpi/timeline/operationRing.ts. */
  operations: SharedArrayBuffer;
  /** Descriptor of the node's inbox, or why it has none. */
  inbox: number | string;
  port: MessagePort;
}

/**
 * A control frame from the agent, as JSON: the program to run, leave to go on, a node that has failed, or has a link, the faults
 * that last, what became of a fault that the program asked for; a node that joins, what became of the program's wish for
 * nodes, somebody else's wish, and the end of this node's part.
 */
export type ControlFrame =
  | { type: 'start'; start: ProgramStart }
  | { type: 'go' }
  | { type: 'failed'; rank: number; byItself: boolean }
  | { type: 'unreachable'; rank: number }
  | { type: 'faults'; faults: MessageFaults }
  | { type: 'faultInjected'; error?: WireError }
  | ({ type: 'joins' } & JoiningNode)
  | ({ type: 'nodesAnswer' } & NodesAnswer)
  | ({ type: 'scale'; id: number } & ScaleWish)
  | { type: 'retire' }
  | DataLinkFrame;

/** A data link to a node, or, where `first` says in base64 what has come on it already, from one. */
export interface DataLinkFrame {
  type: 'linked';
  rank: number;
  file: number;
  first?: string;
  /** A connection past the relays, and its keys in base64. */
  sealed?: { file: number; seal: string; open: string };
}

const ringBytes = 1 << 20;
/** A wait that lasts longer is described to the outside, with the place in the program. */
const describeAfterMs = 20;
/** A program that awaits and has other things to do too is looked at again after this. */
const lookAgainMs = 100;
/** Upper bound of one sleep; a bell is never lost, but a sleep without end could not be checked. */
const sleepMs = 1000;

export function allocateChannel(): ChannelMemory {
  return {
    traffic: new SharedArrayBuffer(16 * maximumRanks),
    outgoing: Ring.allocate(ringBytes),
    incoming: Ring.allocate(ringBytes),
    status: StatusBlock.allocate(),
  };
}

export class Channel implements FrameChannel, Blocking {
  readonly status: StatusBlock;
  private readonly outgoing: Ring;
  private readonly incoming: Ring;
  private readonly reader: FrameReader;
  private readonly traffic: Float64Array;
  /** An await that lasts longer is looked at. */
  private lookAfterMs = describeAfterMs;
  private readonly scratch = new Uint8Array(1 << 16);

  /**
   * `onFrame` gets each frame from the agent, `details` says what else there is to say of a wait that has lasted a while,
   * `onlyMessages` whether a program that awaits has nothing else to do, `patience` how long to look before sleeping.
   */
  constructor(
    memory: ChannelMemory,
    private readonly port: MessagePort,
    onFrame: (type: number, body: Uint8Array) => void,
    private readonly details: WaitDetails,
    private readonly onlyMessages: Pick<OnlyMessages, 'probe'>,
    public patience: Patience,
    private readonly recorder: WaitRecorder,
    bell: Bell | undefined,
  ) {
    this.status = new StatusBlock(memory.status, bell);
    this.traffic = new Float64Array(memory.traffic);
    this.outgoing = new Ring(memory.outgoing);
    this.incoming = new Ring(memory.incoming);
    this.reader = new FrameReader(onFrame);
  }

  /** Takes in all that has arrived; true if there was anything. */
  pump(): boolean {
    let any = false;
    while (this.incoming.readable > 0) {
      const count = this.incoming.read(this.scratch);
      any = true;
      if (this.status.get('agentWaitsForSpace') === 1) {
        this.status.set('agentWaitsForSpace', 0);
        this.port.postMessage(null);
      }
      this.reader.push(this.scratch.subarray(0, count));
    }
    return any;
  }

  /** Hands over a frame, in pieces. While the ring is full, blocks and takes in what arrives. */
  write(pieces: readonly Uint8Array[], wait: Wait | undefined): void {
    for (const piece of pieces) {
      let offset = 0;
      while (offset < piece.length) {
        const count = this.outgoing.write(piece, offset);
        offset += count;
        if (count > 0) this.wakeAgent();
        else this.block(wait, () => this.pump() || this.outgoing.writable > 0);
      }
    }
  }

  /**
   * Resolves once `ready` may hold; the event loop runs meanwhile. Where that takes a while and nothing but a message can
   * make the program go on, it is blocked, as in a call.
   */
  async rung(ready: () => boolean): Promise<void> {
    const { bell } = this.status;
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      bell.ring();
    }, this.lookAfterMs);
    late.unref();
    await bell.rung(ready);
    clearTimeout(late);
    if (!isLate || ready()) return;
    const isBlocked = await this.onlyMessages.probe();
    this.lookAfterMs = isBlocked ? describeAfterMs : lookAgainMs;
    if (!isBlocked) this.details.goesOn();
    const wait = isBlocked && !ready() ? this.details.awaited() : undefined;
    if (wait === undefined) return;
    const { status } = this;
    const since = this.beginWait();
    status.describe({ ...wait, waiting: this.details.waiting(), lost: this.details.lost() });
    await bell.rung(ready);
    // It may have ended meanwhile, by what somebody typed into the debugger.
    const hasEnded = status.get('state') === mainStates.done;
    this.endWait(since, hasEnded ? mainStates.done : mainStates.running);
  }

  /** Blocks until `condition` holds, which only what arrives can bring about; the runtime waits, not the program. */
  waitUntil(condition: () => boolean): void {
    this.block(undefined, () => (this.pump(), condition()));
  }

  countReceived(bytes: number): void {
    this.status.countReceived(bytes);
  }

  countSent(peer: number, bytes: number): void {
    const { traffic } = this;
    this.status.countSent(bytes);
    traffic[2 * peer] = (traffic[2 * peer] as number) + 1;
    traffic[2 * peer + 1] = (traffic[2 * peer + 1] as number) + bytes;
  }

  pausing(): void {
    this.recorder.pause();
  }

  private wakeAgent(): void {
    if (this.status.get('agentSleeps') === 1) {
      this.recorder.pause();
      this.status.set('agentSleeps', 0);
      this.port.postMessage(null);
    }
  }

  /**
   * Blocks until `ready`, which is asked again after each ring of the bell; `glance`, which may be quicker to ask and may
   * miss something, is asked while it only looks. `wait` is undefined where it is the runtime, not a call of the program,
   * that waits. The wake-up ends it too.
   */
  block(wait: Wait | undefined, ready: () => boolean, glance = ready, wakeUp?: WakeUp): void {
    const { recorder, status } = this;
    const over = wakeUp ? () => ready() || wakeUp.isDue() : ready;
    if (this.patience.look(wakeUp ? () => glance() || wakeUp.isDue() : glance, recorder.waiting())) return;
    recorder.pause();
    const before = status.get('state');
    const since = wait ? this.beginWait() : 0;
    for (let described = wait === undefined; ;) {
      const seen = status.bell.arm();
      if (over()) {
        status.bell.disarm();
        break;
      }
      const limitMs = described ? sleepMs : describeAfterMs;
      const leftMs = wakeUp ? Math.max(0, wakeUp.atMs - monotonicMs()) : limitMs;
      const late = status.bell.sleep(seen, Math.min(limitMs, leftMs), over);
      if (late && !described && wait) {
        described = true;
        wait.update?.();
        const { here, waiting, lost } = this.details;
        status.describe({ ...wait, at: here(), waiting: waiting(), lost: lost() });
        status.setCounter('heapUsed', process.memoryUsage().heapUsed);
      }
    }
    if (wait) this.endWait(since, before);
  }

  private beginWait(): number {
    const since = monotonicMs();
    this.status.setCounter('blockedSinceMs', since);
    this.status.beginWait();
    return since;
  }

  private endWait(since: number, state: number): void {
    const { status } = this;
    status.add('blockedMs', monotonicMs() - since);
    status.setCounter('blockedSinceMs', 0);
    status.set('state', state);
  }
}
