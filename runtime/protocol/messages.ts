/** The messages, requests and communicators of a node, for the debugger and for the end of a job. */
import type { LostMessages } from './faults';
import type { Call, SourceLocation } from './node';

/** Whether a communicator's context is that of its collectives, whose messages are not the program's. */
export function isCollectives(communicator: number): boolean {
  return communicator % 2 === 1;
}

/**
 * What is open at a node:
 * - `posted`: receives that wait for their message
 * - `unexpected`: messages that have arrived, and that no receive has asked for
 * - `pending`: sends that no receive has taken
 * - `requests`: those whose result the program has not taken
 */
export const messageKinds = ['posted', 'unexpected', 'pending', 'requests'] as const;
export type MessageKind = (typeof messageKinds)[number];

/** One of them. `operation` is the call that made it, where that is known; ranks are those of the communicator. */
export interface ListedMessage extends Partial<Call> {
  communicator: string;
  bytes?: number;
  /** The other node's rank in `world`. */
  worldPeer?: number;
  /** Context of its communicator; with peer and tag it tells the sender which kind of message this is. */
  context?: number;
  /** Of a request: it has completed. */
  done?: boolean;
  /** Its value is at this node and can be asked for. */
  hasValue: boolean;
}

/** A communicator of a node, as the debugger shows it. */
export interface ListedCommunicator {
  name: string;
  rank: number;
  size: number;
  /** Ranks in `world` of its nodes, in the order of their ranks. */
  members: readonly number[];
  /** Of an intercommunicator: ranks in `world` of the other group's nodes. */
  remote?: readonly number[];
  topology?:
    | { type: 'grid'; dims: readonly number[]; periods: readonly boolean[]; coordinates: number[] }
    | { type: 'graph'; sources: readonly number[]; destinations: readonly number[] };
  /** Its latest collective call, in words. */
  lastCollective?: string;
}

/** What a program left behind on a node when it returned. */
export interface Leftovers {
  /** The first of the requests that were never completed. */
  requests: Call[];
  requestCount: number;
  /** The calls that made the windows which were never freed; the first of them. */
  windows: Call[];
  /** Messages that arrived and were never received, by source and tag. */
  unreceived: { communicator: number; source: number; tag: number; messages: number }[];
  /** Messages of `rsend` that came before their receive was posted. */
  notReady: { source: number; tag: number }[];
  /** By rank, modulo 2^32: messages sent to that node, and messages of it that were taken in. */
  sent: number[];
  taken: number[];
  /** By destination and tag: where the program sent the first such message; the first kinds. */
  sends: { communicator: number; destination: number; tag: number; at?: SourceLocation }[];
  /** What raw edges from this node have lost. */
  lost?: LostMessages[];
  /** Nodes whose messages came over raw edges, where they may be doubled. */
  rawSources?: number[];
  /** The collective calls that it made on `world`. */
  collectives: CollectiveHistory;
}

/** The collective calls of a node on one communicator, as far as all nodes must agree about them. */
export interface CollectiveHistory {
  /** How many there were. */
  calls: number;
  /** The different calls among the latest, in words, and where the program first made each. */
  kinds: { call: string; at?: SourceLocation }[];
  /** The latest calls in order, as places in `kinds`. */
  latest: number[];
}
