/** What a node's agent thread and the coordinator say to each other. */
import type { AttachedParams, CdpMessage } from './debug';
import type { WireError } from './errors';
import type { OutputStream } from './events';
import type { Fault, MessageFaults } from './faults';
import type { JournalWish, TransportName } from './job';
import type { Leftovers } from './messages';
import type { MemoryLimit, NodeMetrics, SourceLocation, Wait } from './node';
import type { ScaleReason } from './scaling';
import type { Whereabouts } from './rollCall';
import type { OperationBatch, OperationWords } from './operations';
import type { Health, ReplicaIdentity } from './service';
import type { TaskBoard, TaskQuestion, TaskQuestions } from './tasks';

/** Who a node is, and by which rules it lives. */
export interface NodeIdentity {
  job: number;
  rank: number;
  /** Nodes of the job when it began, by which memory is laid out; a rank from there on has joined later. */
  size: number;
  epoch: number;
  /** Hex; proves node and coordinator to each other, and the job's nodes among themselves. */
  secret: string;
  heartbeatMs: number;
  metricsMs: number;
  /** How its messages are to travel. */
  transport: TransportName;
  /** What the node may have of memory, its child processes included; without a control group, of resident memory. */
  memoryLimitMiB: number;
}

/** A control group for a node: the version of its tree, and its folder there. */
export interface NodeGroup {
  version: 1 | 2;
  directory: string;
}

/** Why the kernel ended a process of a group: it reached its own limit, or that of a larger one, or all memory was used. */
export type MemoryKill = 'limit' | 'machine';

/** Handed to a node process as one JSON line on its standard input; the secret travels nowhere else. */
export interface NodeBoot extends NodeIdentity {
  /** Path of the coordinator's socket, or of the relay's that stands for it. */
  coordinator: string;
  runDirectory: string;
  /** Holds its memory, or why none does; absent where nobody could make one. */
  group?: NodeGroup | { reason: string };
  /** Set where the process was started by an MPI launcher, which it belongs to: what carries its messages. */
  mpi?: {
    library: string;
    /** What the program prints does not go to the launcher too: who has started that has it from the coordinator. */
    quiet?: boolean;
    /** Set on machines other than the coordinator's, whose socket is not there: where it listens too. */
    away?: CoordinatorDoor;
  };
}

/** Where a coordinator listens for nodes of other machines: TLS with a key that it made for this job. */
export interface CoordinatorDoor {
  /** Addresses of its machine; those that a node can reach lead to it. */
  addresses: string[];
  port: number;
  /** The key's name, and the key in hex. */
  name: string;
  key: string;
}

/** A journal on the machine that runs node 0. */
export interface PlacedJournal extends JournalWish {
  /** As the user knows it; absent: the machine of the coordinator. */
  machine?: string;
  /** Another machine on which the journal of an earlier run lies, and what says so on the coordinator's. */
  earlier?: { machine: string; file: string };
}

/** The program that a node is to run. */
export interface ProgramStart {
  /** Faults that last from the beginning. */
  faults?: MessageFaults;
  bundle: string;
  program: string;
  args: string[];
  /** Socket paths of the nodes, by rank. */
  peers: string[];
  /** Paths of the inboxes of those nodes of this machine to which messages go through shared memory, by rank. */
  inboxes: (string | null)[];
  stopOnEntry: boolean;
  /** Set where the node is a replica of a deployment. */
  replica?: ReplicaIdentity;
  journal?: PlacedJournal;
  /** Payload of the largest message that a standard send sends without waiting for its receive. */
  eagerLimitBytes: number;
  recording: RecordingWish;
}

/** A node that joins a job whose program runs, as the others have to know it. */
export interface JoiningNode {
  rank: number;
  /** Its socket path. */
  peer: string;
  /** Path of its inbox; null where messages to it go through sockets. */
  inbox: string | null;
}

/** What the driver's node wants of the coordinator: nodes started, or one let go that has nothing left to do. */
export type NodesWish =
  | { id: number; add: number; reason: ScaleReason }
  | { id: number; letGo: readonly number[]; reason: ScaleReason };

/** What became of it: the ranks that were added, or let go. */
export interface NodesAnswer {
  id: number;
  ranks: number[];
  error?: WireError;
}

/** Somebody wants the job to have so many nodes. */
export interface ScaleWish {
  nodes: number;
}

/** How many nodes the job has then. */
export interface ScaleAnswer {
  size?: number;
  error?: WireError;
}

/** Who wants a node's operations. */
export interface RecordingWish {
  /** A client that watches. */
  live: boolean;
  /** A file: in the run directory, or, of a node on another machine, sent to the coordinator when the program ends. */
  file: 'none' | 'kept' | 'sent';
}

/** The error that ended a program. */
export interface ProgramFailure {
  error: WireError;
  at?: SourceLocation;
  stack?: string;
}

export interface NodeStatus {
  state: 'starting' | 'running' | 'blocked' | 'busy' | 'paused' | 'done';
  wait?: Wait;
  /** The task that it runs: `square #12`. */
  task?: string;
}

/** One look at a node for the deadlock check. */
export interface Quiescence {
  /** The node waits in a communication call or has returned. */
  still: boolean;
  /** Grows with each wait; equal in two looks if the node has not moved between them. */
  waitId: number;
  /** What it waits for, if it does. */
  wait?: Wait;
  /** By rank, modulo 2^32: messages sent to that node, and messages of it that the main thread has taken in. */
  sent: number[];
  taken: number[];
  /** By rank: messages of that node that wait behind a cut, which were sent and not taken. */
  cutOff?: number[];
}

export interface OutputChunk {
  stream: OutputStream;
  /** Whole lines joined by newlines. */
  text: string;
}

/** Messages to one destination since the last report: destination, messages, bytes. */
export type TrafficRow = [number, number, number];

/** A node's memory that others of its machine can write into: its path there, or why there is none. */
export type NodeMemory = { inbox: string } | { reason: string };

export interface AgentToCoordinator {
  ready: { pid: number; memory: NodeMemory; limit: MemoryLimit };
  status: NodeStatus;
  metrics: { metrics: NodeMetrics; traffic: TrafficRow[] };
  cdp: { message: CdpMessage };
  operations: OperationBatch;
  /** The link to this node closed, or never opened: what was sent to it is lost. */
  peerLost: { rank: number };
  /** The program goes on when nodes die, other than this one, and takes new ones while it runs. */
  outlives: { essentialRank: number };
  /** How the tasks of the program stand; of node 0 of a program of tasks. */
  tasks: TaskBoard;
  /** The program wants another node of its job ended. */
  endNode: { rank: number };
}

/** Answered once the coordinator can take more. */
export interface AgentRequests {
  output: { chunks: OutputChunk[] };
  /** A piece of the file of operations; all words so far. */
  recording: { records: string; words: OperationWords; lost: number };
  /** The program has ended; all output came before. */
  finished: { failure?: ProgramFailure; leftovers?: Leftovers };
  /** The node uses more memory than it may, and is about to end itself. */
  outOfMemory: { task?: string };
  /** The program wants a fault; answered once the nodes know of it. */
  injectFault: Fault;
  /** The program wants other nodes; answered with {@link NodesAnswer} once they have been started, or let go. */
  nodes: NodesWish;
}

/** Requests of the coordinator. */
export interface CoordinatorRequests {
  quiescence: { result: Quiescence };
  /** The line of an `await` that nothing will end, of a node that is in such a one. Takes the node some tenths of a second. */
  strandedAt: { result: { at?: SourceLocation } };
  /** The time of the node's machine, now. */
  clock: { result: { monotonicMs: number } };
  /** Answered once the service has time to; only of a node that runs one. */
  health: { result: Health };
  /** Takes a {@link TaskQuestion}; answered once the driver has time to. */
  askTasks: { result: TaskQuestions[TaskQuestion['type']]['answer'] };
  /** Looks at the main thread without stopping it. */
  whereabouts: { result: Whereabouts };
  /** Answered once the node's main thread will see them in its next call; takes {@link MessageFaults}. */
  faults: { result: null };
  /** Answered once the node knows who joins; takes {@link JoiningNode}s. */
  joins: { result: null };
  /** Only of the node that has the driver; takes a {@link ScaleWish}. */
  scale: { result: ScaleAnswer };
}

export interface CoordinatorToAgent {
  start: ProgramStart;
  attachDebugger: AttachedParams;
  detachDebugger: Record<string, never>;
  cdp: { message: CdpMessage };
  /** In a fault-tolerant job: the process of another node is gone; by itself, unless it was taken for dead, or killed. */
  nodeFailed: { rank: number; byItself: boolean };
  /** The cluster's clock stands from now on, or no longer. */
  clock: { stands: boolean };
  /** Some client begins or ceases to watch. */
  watch: { live: boolean };
  /** The driver has ended, or does not need this node any more: its part of the program is over. */
  retire: Record<string, never>;
  /** Lets a service finish what it does; its program has ended then. */
  stopService: Record<string, never>;
  /** All nodes have finished: end the process. */
  exit: Record<string, never>;
  /** A line for whoever started the job; only to a node that was started by an MPI launcher. */
  say: { text: string };
  /** End the run, and with it all nodes; only to such a node. */
  abort: { code: number };
}
