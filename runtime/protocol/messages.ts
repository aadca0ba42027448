/** The messages and requests of a node, as the debugger shows them and as the end of a job tells of them. */
import type { Envelope } from './envelope';
import type { Call } from './node';

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
}
