import type { Duplex } from 'node:stream';
import type { NodeIdentity } from '../protocol/agentLink';
import type { LaunchedNode, ProcessEnd, RawOutput } from './local';

/** A node to be started. */
export interface NodeRequest {
  identity: NodeIdentity;
  env: Record<string, string>;
  heapMiB: number;
  /** Ranks of the job that live on other hosts. */
  foreign: number[];
}

/** A machine on which nodes run: this one, or one at the end of a channel. */
export interface NodeHost {
  /** As the user knows it. */
  readonly name: string;
  /** Starts a node's process. Raw output is what it writes past the program's streams. */
  launch(
    request: NodeRequest,
    onRawOutput: RawOutput,
    onEnd: (end: ProcessEnd) => void,
  ): LaunchedNode;
  /** Path of the job's bundle on this machine. */
  readonly bundlePath: string;
  /** Address at which the nodes of this host reach a node of a job, wherever that one lives. */
  addressOf(job: number, rank: number): string;
  /** A stream to a node that lives here; who opens it has yet to prove itself to the node. */
  openPeer(job: number, rank: number): Promise<Duplex>;
  /** Ends what was started here and frees what was taken. */
  close(): Promise<void>;
}

/** Carries a stream from a node on one host to a node on another. */
export type RoutePeer = (job: number, rank: number, stream: Duplex) => void;
