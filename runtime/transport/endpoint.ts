/**
 * One node's end of the message transport, as its main thread sees it. The MPI layer knows nothing else of
 * how bytes travel. Every implementation keeps the order of messages from one source to one destination.
 */
import type { Envelope, Message, Payload } from '../protocol/envelope';
import type { Wait } from '../protocol/node';

/** Memory that a node shares with others of its machine, made by one of them and mapped by the others. */
export interface MemorySharing {
  /** True if the node of this rank can map what this one makes. */
  reaches(rank: number): boolean;
  /** Makes memory, all zero; `path` is where the others find it until `withdraw`. Throws an Error if there is none. */
  make(bytes: number): { memory: SharedBytes; path: string; withdraw: () => void };
  /** Maps what another node has made. Throws an Error if that cannot be. */
  map(path: string, bytes: number): SharedBytes;
  /** Gives memory back that was made or mapped: nobody else sees any more what is read and written there. */
  release(memory: SharedBytes): void;
}

/** How nodes that share memory tell each other that there is something new in it. */
export interface MemorySignals {
  /** Tells a node, which can map what this one makes, of so many bytes; wakes it if it waits. */
  tell(rank: number, bytes: number): void;
  /** So many bytes were found that another node has told of. */
  found(bytes: number): void;
  /**
   * Blocks until `ready`, which looks at what others tell of, or until `poll` may have a message, to be asked before.
   * `wait` describes the call for whoever looks at a node that blocks here. The wake-up, if there is one, ends it too.
   */
  waitFor(ready: () => boolean, wait: Wait, wakeUp?: WakeUp): void;
}

/** A mapping, or, within one process, a SharedArrayBuffer. */
export type SharedBytes = ArrayBuffer | SharedArrayBuffer;

/**
 * Memory for the parts of a message that begins to arrive, if the receiver has some ready: its own buffer, so that they
 * are copied once. Undefined: they get memory of their own.
 */
export type PlaceParts = (envelope: Envelope, partBytes: readonly number[]) => Uint8Array[] | undefined;

/** What ends a wait beside a message. */
export interface WakeUp {
  /** Time of the machine's monotonic clock; Infinity where only other news end it. */
  atMs: number;
  /** Asked whenever the waiting thread wakes. */
  isDue(): boolean;
}

export interface Endpoint {
  /** This node's rank and the number of nodes. */
  readonly rank: number;
  readonly size: number;
  /**
   * Hands a message over; on return the payload's bytes may be reused. Blocks while the way is full, and takes in
   * arriving messages meanwhile, so that two nodes that send to each other do not wait for ever.
   * `wait` describes the call for whoever looks at a node that blocks here.
   */
  send(envelope: Envelope, payload: Payload, wait: Wait): void;
  /** Asked for large messages as they arrive, by an endpoint that can. */
  place?: PlaceParts | undefined;
  /**
   * The next message that has arrived, in order of arrival, or undefined; never blocks. Who `waits` next if there is none
   * is content with a look at where one is likely.
   */
  poll(waits?: boolean): Message | undefined;
  /** Blocks until `poll` may have a message, or until the wake-up, if there is one. */
  wait(wait: Wait, wakeUp?: WakeUp): void;
  /** Resolves once `poll` may have a message: for a program that awaits instead of blocking. */
  arrival(): Promise<void>;
  /** The memory that nodes of one machine share; undefined where there is none. */
  readonly sharing?: MemorySharing;
  /** How they tell of it; undefined where they cannot. */
  readonly signals?: MemorySignals;
  /**
   * True from the first time on that messages go wrong on purpose: what nodes would tell each other in memory is to go by messages
   * too. Nodes hear of it one after the other.
   */
  readonly isDisturbed?: boolean;
  /** Collectives of the library that carries the messages; undefined where there is none. */
  readonly library?: LibraryCollectives;
}

/** The way to nodes with which this one shares no memory. */
export interface SocketWay extends Endpoint {
  /** True if `poll` has something, or there is other news. */
  readonly ready: boolean;
  /** The same, but looks at the likely places alone most of the times that it is asked: for who looks again and again. */
  readonly glance: () => boolean;
  /** Takes in all that has come, for later polls: for who waits for something else. */
  absorb(): void;
  /** Called while a send has to wait, to take in what comes other ways. */
  elsewhere?: () => void;
}

/** The nodes of a communicator, as ranks of world, and the context of its collectives. */
export interface LibraryGroup {
  context: number;
  members: readonly number[];
}

/** What a library can do itself for nodes that all make the same call. Blocks, and can be paused. */
export interface LibraryCollectives {
  /** True if it combines arrays of this type to the very result of the operation. */
  combines(elements: string, operation: string): boolean;
  /** The combination, in memory of its own. */
  allreduce(group: LibraryGroup, data: Float64Array, operation: string): Float64Array;
  /** The same; of use at the root alone. */
  reduce(group: LibraryGroup, data: Float64Array, operation: string, root: number): Float64Array;
  /** The root's bytes, into memory that may not move. */
  bcast(group: LibraryGroup, bytes: Uint8Array, root: number): void;
}
