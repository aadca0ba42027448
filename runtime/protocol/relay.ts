/** What the coordinator and a relay say to each other. */
import type { MemoryKill, NodeIdentity } from './agentLink';

/** How long a host and its nodes live without a link, and how long they are looked for. */
export const relayLeaseMs = 10_000;

/** Handed to a relay as one JSON line on its standard input. */
export interface RelayBoot {
  /** How long the relay and its nodes live without a link to the coordinator. */
  leaseMs: number;
}

/** How large a machine is. */
export interface MachineSize {
  memoryMiB: number;
  cores: number;
}

/** The relay's first line on its standard output; what a login shell prints comes before it. */
export interface RelayReady {
  /** Marks the line. */
  lockstepRelay: 1;
  pid: number;
  /** The machine's own name. */
  host: string;
  size: MachineSize;
  runDirectory: string;
}

/** How to start a node on the relay's machine. All paths are the relay's. */
export interface RelayLaunch {
  identity: NodeIdentity;
  node: string;
  entry: string;
  cwd: string;
  env: Record<string, string>;
  heapMiB: number;
  foreign: ForeignNode[];
}

/** A node of a job that lives on another machine than the one that is spoken to. */
export interface ForeignNode {
  rank: number;
  /** Id of its machine, by which a direct link to it is found. */
  host: string;
}

/** Requests to the relay, on the stream `control`. */
export interface RelayRequests {
  launch: RelayLaunch;
  kill: { job: number; rank: number };
  /** Nodes have joined a job on other machines; answered once those of this one can reach them. */
  meet: { job: number; foreign: ForeignNode[] };
  /** Lets a node have a share of a processor: 1 is all it wants, 0 stops it. */
  throttle: { job: number; rank: number; share: number };
  /** Answered with a {@link RelayStatus}. */
  status: Record<string, never>;
  /** Listens for other relays, on the first free port of a range or on any; answers the port. */
  listenDirect: { ports?: [from: number, to: number] };
  /** From now on the relay of a machine may come in, if it proves to know the key. */
  expectDirect: DirectKey;
  /** Opens the direct link to a machine whose relay expects it. */
  connectDirect: DirectKey & { address: string; port: number };
  /** Ends the direct link to a machine, and expects none. */
  dropDirect: { host: string };
  /** Ends the nodes and the relay. */
  close: Record<string, never>;
}

/** How busy the relay's machine is. */
export interface RelayStatus {
  /** Load average of the last minute. */
  load: number;
  freeMemoryMiB: number;
}

/** The key of one direct link. */
export interface DirectKey {
  /** Id of the machine at its other end. */
  host: string;
  /** Name of the key; no secret. */
  name: string;
  /** As hexadecimal digits. */
  key: string;
}

/** A direct link broke and is looked for, is back, or was not found again within the lease. */
export type DirectState = 'broken' | 'back' | 'lost';

/** What the relay reports, on the stream `control`. */
export interface RelayReports {
  /** A request: answered once more can be taken. */
  rawOutput: { job: number; rank: number; stream: 'stdout' | 'stderr'; text: string };
  /** A notification: the direct link to a machine. */
  directChanged: { host: string; state: DirectState };
  /** A notification. */
  ended: {
    job: number;
    rank: number;
    code: number | null;
    signal: string | null;
    outOfMemory?: 'heap' | MemoryKill;
    error?: string;
  };
}

/**
 * What a node asks its relay for, as a JSON line: a connection to the machine of another node of its job, for a link to that
 * node, or the one that came with a token.
 */
export type SocketRequest = { job: number; rank: number } & ({ to: number } | { token: string });

/** Name of the socket, in a relay's run directory, at which nodes ask. */
export const socketDoorName = 's';

/** Labels of the streams between coordinator and relay. */
export const streamLabels = {
  control: 'control',
  /** A node's link to the coordinator. */
  node: 'node',
  /** A link to the node of this job and rank. */
  peer: (job: number, rank: number): string => `peer ${job} ${rank}`,
};

/** The job and rank of a `peer` label. */
export function parsePeerLabel(label: string): { job: number; rank: number } | undefined {
  const match = /^peer (\d{1,9}) (\d{1,9})$/.exec(label);
  return match ? { job: Number(match[1]), rank: Number(match[2]) } : undefined;
}

/** Name of the socket of a node, in its host's run directory and, as its stand-in, in those of other hosts. */
export function nodeSocketName(job: number, rank: number): string {
  return `${job}-${rank}`;
}
