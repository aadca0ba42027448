/** What a node is and what it is doing: the words that every view, list and log uses for it. */

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

/** The communication call that a node waits in. */
export interface Wait {
  /** The call that the program made: `recv`, `send`, `probe`, `barrier`, `bcast`, … */
  operation: string;
  /** The communicator's name, `world` for the first one. */
  communicator: string;
  /** The rank waited for; -1 is any source; absent where there is no single one. */
  peer?: number;
  /** The tag waited for; -1 is any tag; absent in collectives. */
  tag?: number;
  /** Where the program made the call; known once the wait has lasted some milliseconds. */
  at?: SourceLocation;
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

const any = (value: number | undefined): string => (value === undefined || value < 0 ? 'any' : String(value));

/** A wait as a call in words: `recv(source 1, tag 7)`, `allreduce (waits for node 3)`, `barrier`. */
export function describeWait(wait: Wait): string {
  const where = wait.communicator === 'world' ? '' : ` on ${wait.communicator}`;
  switch (wait.operation) {
    case 'recv':
    case 'probe':
      return `${wait.operation}(source ${any(wait.peer)}, tag ${any(wait.tag)})${where}`;
    case 'send':
      return `send(destination ${any(wait.peer)}, tag ${any(wait.tag)})${where}`;
    default:
      if (wait.tag !== undefined)
        return `${wait.operation}(node ${any(wait.peer)}, tag ${any(wait.tag)})${where}`;
      return wait.peer === undefined || wait.peer < 0
        ? `${wait.operation}${where}`
        : `${wait.operation} (waits for node ${wait.peer})${where}`;
  }
}

/** A node's state as a phrase: `blocked in recv(source 1, tag 7)`, `busy`. */
export function describeState(node: Pick<NodeInfo, 'state' | 'wait' | 'reason'>): string {
  if (node.state === 'blocked' && node.wait) return `blocked in ${describeWait(node.wait)}`;
  if (node.state === 'dead' && node.reason) return `dead: ${node.reason}`;
  return node.state;
}
