/** What a node is and what it is doing: the words that every view, list and log uses for it. */
import type { LostMessages } from './faults';

/**
 * - `starting`: its process is being started or has not proved itself yet
 * - `running`: its program makes progress
 * - `blocked`: it waits in a communication call (see {@link Wait})
 * - `busy`: its program has computed for over a second without a communication call
 * - `paused`: it stands at a breakpoint; the cluster's clock stands too
 * - `suspect`: it has been silent for the suspicion time
 * - `dead`: its process is gone, or was silent for too long
 * - `done`: its program has returned
 */
export const nodeStates = [
  'starting',
  'running',
  'blocked',
  'busy',
  'paused',
  'suspect',
  'dead',
  'done',
] as const;
export type NodeState = (typeof nodeStates)[number];

/** A place in a source file; line and column count from 1. */
export interface SourceLocation {
  /** Absolute path. */
  file: string;
  line: number;
  column: number;
}

/** A communication call, and what it is about. */
export interface Call {
  /** The call that the program made: `recv`, `send`, `irecv`, `barrier`, `bcast`, … */
  operation: string;
  /** The communicator's name, `world` for the first one. */
  communicator: string;
  /** The other node's rank; -1 is any source; absent where there is no single one. */
  peer?: number;
  /** The message's tag; -1 is any tag; absent in collectives. */
  tag?: number;
  /** Where the program made the call. */
  at?: SourceLocation;
  /** A collective in words, with what all nodes must agree about: `reduce(SUM, root 0)`. */
  collective?: string;
  /** The window that a one-sided call is about, by name. */
  window?: string;
}

/** Messages of one kind that have arrived at a node, and that no receive has asked for. */
export interface WaitingMessages {
  source: number;
  tag: number;
  messages: number;
}

/**
 * The communication call that a node waits in; `at` is known once the wait has lasted some milliseconds. Whoever
 * describes one calls its `update`, where it has one, and copies its own properties.
 */
export interface Wait extends Call {
  /** Size of the message that a send above the eager limit waits to be received. */
  bytes?: number;
  /** Where requests are waited for: those that are open, or the first few of them. */
  requests?: Call[];
  /** How many requests are open. */
  open?: number;
  /** Where requests are waited for: whether each of them is needed or one is enough. */
  needs?: 'all' | 'any';
  /** The ranks waited for, each once; -1 is any. Absent: `peer` alone. */
  waitsFor?: number[];
  /** Of a collective: which one of the communicator's it is, counted from 1. */
  ordinal?: number;
  /** The messages that lie here for a receive on `world`, or the first kinds of them. */
  waiting?: WaitingMessages[];
  /** The node has nothing to do; in words that say so. */
  idle?: string;
  /** The program awaits a promise that nothing can settle; how often that has been so at this node. */
  stranded?: number;
  /** What raw edges from this node have lost. */
  lost?: LostMessages[];
  /** Fills in what has changed since the call began; most calls end before somebody wants to know. */
  update?(): void;
}

/** What a node may have of memory, and what holds it to that. */
export interface MemoryLimit {
  limitMiB: number;
  /** The kernel, for all of its processes and at once; or its agent, which looks at the node's process twice a second. */
  heldBy: 'controlGroup' | 'watching';
  /** Why it is not held by a control group. */
  reason?: string;
}

export interface NodeInfo {
  job: string;
  rank: number;
  state: NodeState;
  /** Name of the machine it runs on. */
  host: string;
  /** Process id; 0 while it has none. */
  pid: number;
  /** Grows with each process that takes this rank; a message of an earlier epoch is refused. */
  epoch: number;
  wait?: Wait;
  /** The task that it runs: `square #12`. */
  task?: string;
  /** Known once it is ready. */
  memoryLimit?: MemoryLimit;
  /** Why it is `dead`, in a sentence. */
  reason?: string;
}

/** One sample of a node, taken by its agent thread. */
export interface NodeMetrics {
  rank: number;
  /** Processor time over wall time since the last sample; 1 is one core. */
  cpuShare: number;
  rssBytes: number;
  heapUsedBytes: number;
  /** How late the main thread's event loop runs; 0 while it blocks in a communication call. */
  eventLoopDelayMs: number;
  /** Share of the time since the last sample that was spent blocked in communication calls, 0 to 1. */
  blockedShare: number;
  /** Cumulative since the node's start. */
  messagesIn: number;
  messagesOut: number;
  bytesIn: number;
  bytesOut: number;
}

/** A limit in words: `512 MiB, held by its control group`. */
export function describeMemoryLimit({ limitMiB, heldBy, reason }: MemoryLimit): string {
  if (heldBy === 'controlGroup') return `${limitMiB} MiB, held by its control group`;
  return `${limitMiB} MiB, held by watching${reason === undefined ? '' : ` (${reason})`}`;
}

const any = (value: number | undefined): string => (value === undefined || value < 0 ? 'any' : String(value));

/** Calls that receive, and calls that send: `peer` is the source of the one and the destination of the other. */
const receiving = /^(?:recv|irecv|recvInit|i?m?probe|i?mrecv)/;
const sending = /^(?:i?[bsr]?send(?:Init)?)$/;

/** True for a call that sends and does not receive. */
export function isSend(operation: string): boolean {
  return sending.test(operation);
}

/** True for a call that receives or looks for a message, and does not send. */
export function isReceive(operation: string): boolean {
  return receiving.test(operation);
}

/** A call in words: `recv(source 1, tag 7)`, `isend(destination 2, tag 0)`, `barrier`, `lock(window 1 of node 2)`. */
export function describeCall({ operation, communicator, peer, tag, collective, window }: Call): string {
  if (window !== undefined) {
    return `${operation}(${window}${collective || peer === undefined ? '' : ` of node ${peer}`})`;
  }
  const where = communicator === 'world' ? '' : ` on ${communicator}`;
  if (tag === undefined) return `${collective ?? operation}${where}`;
  const role = isReceive(operation) ? 'source' : isSend(operation) ? 'destination' : 'node';
  return `${operation}(${role} ${any(peer)}, tag ${any(tag)})${where}`;
}

/** A wait in words: `recv(source 1, tag 7)`, `allreduce (waits for node 3)`, `waitAll of irecv(source 1, tag 7)`. */
export function describeWait(wait: Wait): string {
  const call = describeCall(wait);
  if (wait.requests) return `${call} of ${describeRequests(wait)}`;
  if (wait.window !== undefined && !wait.collective) return call;
  if (wait.tag !== undefined || wait.peer === undefined || wait.peer < 0) return call;
  return `${call} (waits for node ${wait.peer})`;
}

/** The requests that a wait is for, or the first of them: `irecv(source 1, tag 7), isend(destination 2, tag 0) and 3 more`. */
export function describeRequests({ requests = [], open = 0 }: Wait): string {
  const others = open - requests.length;
  return `${requests.map(describeCall).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}

/** The ranks that a wait needs to act; -1 is any. */
export function ranksWaitedFor(wait: Wait): readonly number[] {
  return wait.waitsFor ?? (wait.peer === undefined ? [] : [wait.peer]);
}

/** A node's state as a phrase: `blocked in recv(source 1, tag 7)`, `busy`, `waits for a task`, `task square #12`. */
export function describeState(node: Pick<NodeInfo, 'state' | 'wait' | 'reason' | 'task'>): string {
  if (node.state === 'blocked' && node.wait?.idle) return node.wait.idle;
  if (node.task !== undefined && (node.state === 'running' || node.state === 'busy'))
    return `task ${node.task}`;
  if (node.state === 'blocked' && node.wait) return `blocked in ${describeWait(node.wait)}`;
  if (node.state === 'dead' && node.reason) return `dead: ${node.reason}`;
  return node.state;
}
