/** The messages and requests of a node, as the debugger shows them and as the end of a job tells of them. */
import type { Envelope } from './envelope';
import type { Call, SourceLocation } from './node';

/** Whether a communicator's context is that of its collectives, whose messages are not the program's. */
export function isCollectives(communicator: number): boolean {
  return communicator % 2 === 1;
}

/** All that is open at a node. */
export interface NodeMessages {
  /** Receives that wait for their message; -1 is any source or tag. */
  posted: { communicator: number; source: number; tag: number }[];
  /** Messages that have arrived, and that no receive has asked for. */
  unexpected: Envelope[];
  /** Sends that no receive has taken. */
  pendingSends: Envelope[];
  /** Requests whose result the program has not taken. */
  requests: (Call & { done: boolean })[];
}

/** What a program left behind on a node when it returned. */
export interface Leftovers {
  /** The first of the requests that were never completed. */
  requests: Call[];
  requestCount: number;
  /** Messages that arrived and were never received, by source and tag. */
  unreceived: { communicator: number; source: number; tag: number; messages: number }[];
  /** Messages of `rsend` that came before their receive was posted. */
  notReady: { source: number; tag: number }[];
  /** By rank, modulo 2^32: messages sent to that node, and messages of it that were taken in. */
  sent: number[];
  taken: number[];
  /** By destination and tag: where the program sent the first such message; the first kinds. */
  sends: { communicator: number; destination: number; tag: number; at?: SourceLocation }[];
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
