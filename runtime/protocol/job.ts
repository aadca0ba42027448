/** A job: one program on N nodes. */
import type { NodeInfo, SourceLocation } from './node';
import type { WireError } from './errors';
import type { FaultHistory } from './faultHistory';
import type { FaultPlan } from './faults';
import type { MpiLaunch } from './mpi';
import type { ReplicaIdentity } from './service';
import type { TaskBoard } from './tasks';

/**
 * How messages are to travel: `shm` is memory that the nodes of one machine share, `auto` is that where it can be had, and
 * sockets elsewhere.
 */
export const transportNames = ['auto', 'shm', 'socket'] as const;
/** `mpi` is what nodes have that an MPI launcher has started. */
export type TransportName = (typeof transportNames)[number] | 'mpi';

/** What a client asks for when it starts a job. */
export interface JobSpec {
  /** Absolute path of the TypeScript or JavaScript file whose default export is the program. */
  program: string;
  /** Number of nodes; absent: as the cluster says. */
  nodes?: number;
  /** Name of a cluster in `lockstep.json`; absent: its `default`, else `local`. */
  cluster?: string;
  args: string[];
  /** Added to the nodes' environment. */
  env: Record<string, string>;
  /** Working directory of the nodes; absent: the program's folder. */
  cwd?: string;
  transport: TransportName;
  /** Have an MPI launcher start the nodes. */
  mpi?: MpiLaunch;
  /** Payload of the largest message that a standard send sends without waiting for its receive; absent: as the cluster says. */
  eagerLimitBytes?: number;
  /** The job goes on without nodes that die, as long as there are any; absent: as the cluster says, else false. */
  faultTolerant?: boolean;
  /** Hold each node before it loads the program until `releaseJob`, so that breakpoints can be set. */
  hold: boolean;
  /** Pause each node on the first line of the program's function (needs a debugger). */
  stopOnEntry: boolean;
  /** Keep the operations of each node in a file, for `recordings`. */
  trace?: boolean;
  /** What is to go wrong on purpose. */
  faults?: FaultPlan;
  /** Where a program of tasks keeps what has become of them. */
  journal?: JournalWish;
  /** Set for a replica of a deployment, which is a job of one node. */
  replica?: ReplicaIdentity;
}

/** A journal of tasks that a program goes on from. */
export interface JournalWish {
  /** Absolute path of its folder, on the machine that runs node 0. */
  folder: string;
  /** Results count that another version of the program has left there. */
  anyVersion: boolean;
}

/** The program as one file with a source map. */
export interface Bundle {
  /** Absolute path of the bundled JavaScript file. */
  path: string;
  /** Absolute path of its source map. */
  mapPath: string;
  /** Hash of the bundle's content; names its folder in the cache. */
  hash: string;
  /** Absolute paths of the source files that went in, the program first. */
  sources: string[];
}

export const jobStates = ['starting', 'running', 'stopping', 'succeeded', 'failed', 'stopped'] as const;
/** `succeeded`, `failed` and `stopped` are final. */
export type JobState = (typeof jobStates)[number];

export interface JobInfo {
  /** `job-1`, `job-2`, …; unique within a coordinator. */
  id: string;
  program: string;
  cluster: string;
  size: number;
  state: JobState;
  /** Milliseconds since the Unix epoch. */
  startedAtMs: number;
  endedAtMs?: number;
  /** How its messages travel; `auto` until its nodes have started, `shm+socket` where it has nodes on several machines. */
  transport: TransportName | 'shm+socket';
  /** Path of the MPI launcher that the coordinator has started, whose processes its nodes are. */
  launcher?: string;
  /** Why some of its nodes have no shared memory, although they were to use it. */
  withoutMemory?: string;
  /** True while a debugger is attached. */
  debugged: boolean;
  failure?: JobFailure;
  /** What a program that ended well has left undone. */
  warnings?: Finding[];
}

/** Something that is wrong at a node, at a line of the program where that is known. */
export interface Finding {
  rank: number;
  text: string;
  at?: SourceLocation;
}

/** Why a job failed. */
export interface JobFailure {
  error: WireError;
  /** The node whose failure ended the job, where one did. */
  rank?: number;
  /** Where in the program. */
  at?: SourceLocation;
  /** The mapped stack, runtime frames left out. */
  stack?: string;
  /** What each node that has part in it does, with its line. */
  places?: Finding[];
}

export interface JobSnapshot {
  job: JobInfo;
  nodes: NodeInfo[];
  /** What went wrong on purpose; absent where nothing did. */
  faults?: FaultHistory;
  /** Of a program of tasks: how they stood last, and when that was. */
  tasks?: { timeMs: number; board: TaskBoard };
}
