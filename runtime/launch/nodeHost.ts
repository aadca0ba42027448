import type { Duplex } from 'node:stream';
import type { NodeIdentity } from '../protocol/agentLink';
import type { ClusterEvent } from '../protocol/events';
import type { ForeignNode, MachineSize } from '../protocol/relay';
import type { LaunchedNode, ProcessEnd, RawOutput } from './local';
import type { NodeExecutable } from './nodeExecutable';

/** A node to be started. */
export interface NodeRequest {
  identity: NodeIdentity;
  /** Node.js on the host. */
  node: NodeExecutable;
  /** Working directory on the host. */
  cwd: string;
  env: Record<string, string>;
  heapMiB: number;
  foreign: ForeignNode[];
}

/** A machine on which nodes run: this one, or one at the end of a channel. */
export interface NodeHost {
  /** Different from those of all other hosts of this run. */
  readonly id: string;
  /** As the user knows it. */
  readonly name: string;
  readonly size: MachineSize;
  /** False while its link is lost and being looked for. */
  readonly reachable: boolean;
  /** Starts a node's process. Raw output is what it writes past the program's streams. */
  launch(request: NodeRequest, onRawOutput: RawOutput, onEnd: (end: ProcessEnd) => void): LaunchedNode;
  /** Nodes of a job that have joined it on other hosts: from now on those of this one can reach them. */
  meet(job: number, nodes: readonly ForeignNode[]): Promise<void>;
  /** Address at which the nodes of this host reach a node of a job, wherever that one lives. */
  addressOf(job: number, rank: number): string;
  /** A stream to a node that lives here; who opens it has yet to prove itself to the node. */
  openPeer(job: number, rank: number): Promise<Duplex>;
  /** Told of each event of a job whose node 0 lives here. */
  onEvent?(event: ClusterEvent): void;
  /** Ends what was started here and frees what was taken. */
  close(): Promise<void>;
}

/** Where one node of a job runs. */
export interface Seat {
  host: NodeHost;
  node: NodeExecutable;
  /** Paths on the host. */
  bundlePath: string;
  cwd: string;
}

/** Carries a stream from a node on one host to a node on another. */
export type RoutePeer = (job: number, rank: number, stream: Duplex) => void;
