import { inspect } from 'node:util';
import { ANY_SOURCE, type Message, type Payload, PROC_NULL } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import type { Wait } from '../protocol/node';
import { decode, encode } from '../core/codec';
import { show } from './arguments';
import type { Group } from './group';
import { Layout, type ReceiveBuffer } from './layout';
import type { OpenCall } from './operation';
import type { ProgressEngine } from './progressEngine';
import type { Status } from './status';

/** What all calls of a communicator share. */
export abstract class CommunicatorBase {
  /** The rank of this node, 0 to size - 1. */
  readonly rank: number;
  /** The number of nodes. */
  readonly size: number;
  /** @internal Whose ranks messages go to and come from. */
  protected readonly peers: { readonly name: string; readonly size: number };
  /** @internal Reused for every blocking call: who looks at it does so while the node blocks. */
  private readonly waiting: Wait;

  /** @internal Programs get theirs from the runtime: `world`. */
  constructor(
    /** @internal */ protected readonly engine: ProgressEngine,
    /** @internal */ protected readonly context: number,
    /** Name for people: `world` for the first one. */
    readonly name: string,
    /** The nodes of the communicator, in the order of their ranks. */
    readonly group: Group,
    peerGroup = group,
  ) {
    this.rank = group.rank as number;
    this.size = group.size;
    this.peers = { name, size: peerGroup.size };
    this.waiting = waitOn(name, peerGroup);
    engine.groups.register(context, this);
  }

  /**
   * The size up to which `send` returns without waiting for the receive (the eager protocol); a larger message waits for
   * it (rendezvous). Set for a run with `--eager-limit`, or `eagerLimitBytes` of the launch configuration or the
   * cluster. With 0 every `send` of a value waits, so that a program which counts on small messages shows it.
   */
  get eagerLimitBytes(): number {
    return this.engine.eagerLimitBytes;
  }

  /**
   * Ends the whole job at once, on all nodes, as failed (MPI_Abort; MPI standard 4.0, section 9.7). It does not return,
   * and cannot be caught. The job's end says which node called it, where, and with which code; a debugger stops there first.
   *
   * @param code what `lockstep run` exits with: 1 to 255; a string is the reason, with code 1
   * @param reason a sentence for whoever reads why the job ended
   * @throws LockstepError `badAbortCode`
   * @example
   * if (residual > limit) world.abort(3, `the iteration diverges: ${residual}`);
   */
  abort(code: number | string = 1, reason?: string): never {
    if (typeof code === 'string') return this.abort(1, code);
    if (!Number.isInteger(code) || code < 1 || code > 255) {
      throw new LockstepError('badAbortCode', { value: show(code) });
    }
    return this.engine.abort(new LockstepError('aborted', { code, reason }));
  }

  /** @internal What `log` and the debugger show of it. */
  [inspect.custom](): string {
    return `Communicator ${this.name}, rank ${this.rank} of ${this.size}`;
  }

  /** @internal */
  protected waitIn(operation: string, peer: number, tag: number): Wait {
    const { waiting } = this;
    waiting.operation = operation;
    waiting.peer = peer;
    waiting.tag = tag;
    waiting.bytes = undefined;
    return waiting;
  }

  /** @internal A call that a request is to stand for. */
  protected openCall(operation: string, peer?: number, tag?: number): OpenCall {
    const { name: communicator, engine, context } = this;
    const worldPeer = peer === undefined || peer < 0 ? peer : engine.groups.worldRank(context, peer);
    return { operation, communicator, peer, worldPeer, tag, site: engine.capture?.() };
  }

  /** @internal Fills the status of a call that has a message. */
  protected note(status: Status | undefined, message: Message): void {
    status?.set(message, this.engine.groups.sourceOf(message.envelope));
  }

  /** @internal A call that receives one message, and does nothing else. */
  protected receiveMessage(
    operation: string,
    source: number,
    tag: number,
    status: Status | undefined,
    buffer?: ReceiveBuffer,
  ): Message | undefined {
    const { engine } = this;
    engine.recorder?.begin(this.waitIn(operation, source, tag));
    const message = this.takeMessage(operation, source, tag, status, buffer);
    engine.recorder?.end();
    return message;
  }

  /** @internal */
  protected takeMessage(
    operation: string,
    source: number,
    tag: number,
    status: Status | undefined,
    buffer?: ReceiveBuffer,
  ): Message | undefined {
    if (source === PROC_NULL) {
      status?.setEmpty(PROC_NULL);
      return undefined;
    }
    const wait = this.waitIn(operation, source, tag);
    const message = this.engine.receive(this.context, source, tag, wait, buffer);
    this.note(status, message);
    return message;
  }
}

/** A wait in calls of a communicator, to be filled in for each; where its ranks differ from world's, it translates. */
function waitOn(communicator: string, { members }: Group): Wait {
  const wait: Wait = {
    operation: 'send',
    communicator,
    peer: undefined,
    tag: undefined,
    bytes: undefined,
  };
  if (members.every((member, rank) => member === rank)) return wait;
  return Object.defineProperties(wait, {
    waitsFor: {
      enumerable: true,
      get: () => (wait.peer === ANY_SOURCE ? members : [members[wait.peer ?? 0]]),
    },
    needs: { enumerable: true, get: () => (wait.peer === ANY_SOURCE ? 'any' : 'all') },
  });
}

/** The payload of what a program sends: a value, or the elements that a layout picks. */
export function payloadOf(data: unknown, operation: string): Payload {
  return encode(data instanceof Layout ? data.pack() : data, operation);
}

/** The value of a received message. */
export function valueOf<T>(message: Message): T {
  return decode(message.payload) as T;
}
