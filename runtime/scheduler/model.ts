/**
 * Tasks, nodes, events and actions as the scheduler's state machine knows them. Times are milliseconds of the
 * runtime's clock, sizes are bytes unless the name says otherwise.
 */

export type TaskId = number;
export type JobId = string;

/** What a task takes of a node while it runs. */
export interface Needs {
  cpus: number;
  memoryMiB: number;
  /** Labels that the node must have. */
  labels: readonly string[];
  /** Amounts of whatever else the nodes declare: `{ gpu: 1 }`. */
  custom: Readonly<Record<string, number>>;
}

/** One processor and nothing else. */
export const defaultNeeds: Needs = { cpus: 1, memoryMiB: 0, labels: [], custom: {} };

/** A task as it is handed in. */
export interface TaskSpec {
  /** Higher than that of any task before. */
  id: TaskId;
  job: JobId;
  /** Name of its function; tasks of one name share a history. */
  name: string;
  /** Tasks whose results it takes; each was handed in before. */
  dependencies: readonly TaskId[];
  needs: Needs;
  /** Higher goes first, within its job. */
  priority: number;
  /** An attempt that runs for longer has failed. */
  timeoutMs?: number;
  /** How often it is tried again after an error of its own. */
  retries: number;
  /** Pause before the first retry; it doubles with each. */
  backoffMs: number;
  /** Size of its arguments, results of other tasks not counted. */
  inputBytes: number;
  /** How long it is believed to run; absent: from the history of its name. */
  expectedMs?: number;
}

/** A job's part of the cluster. */
export interface JobShare {
  /** Parts of the cluster it is due beside other jobs, as a weight. */
  weight: number;
  /** Most processors it may hold at a time. */
  quotaCpus: number;
}

/** A node as it registers. */
export interface NodeResources {
  host: string;
  cpus: number;
  memoryMiB: number;
  labels: readonly string[];
  custom: Readonly<Record<string, number>>;
  /** Share of the work it is due under weighted round robin. */
  weight: number;
}

/** A node and which of its lives: what one life held is lost to the next. */
export interface Holder {
  rank: number;
  epoch: number;
}

/** How an attempt ended. */
export type Outcome =
  | { type: 'result'; bytes: number; /** The value came along: it cannot be lost. */ inline: boolean }
  | { type: 'error'; message: string }
  /** An input was no longer where it was said to be. */
  | { type: 'inputLost'; input: TaskId; holder: Holder }
  | { type: 'cancelled' };

/** What became of a task in an earlier run: a result, which the driver has, or why there is none. */
export type KnownEnd = { type: 'result'; bytes: number } | { type: 'failed'; failure: TaskFailure };

export type SchedulerEvent =
  | { type: 'nodeJoined'; rank: number; epoch: number; resources: NodeResources }
  /** `died`: it ended by itself, perhaps because of what it ran; else it was taken away, or could not be reached. */
  | { type: 'nodeGone'; rank: number; epoch: number; died: boolean }
  /** Live load of a node: busy share of its processor, 0 to 1, and memory in use. */
  | { type: 'nodeLoad'; rank: number; cpu: number; usedMemoryMiB: number }
  /** Takes no new tasks; those that wait there move. */
  | { type: 'cordon'; rank: number }
  | { type: 'uncordon'; rank: number }
  /** Nodes will come, or will not: until they do, tasks wait although no node is left. */
  | { type: 'nodesExpected'; expected: boolean }
  /** The driver has the result now that a node held. */
  | { type: 'moved'; task: TaskId; rank: number; epoch: number }
  | { type: 'jobOpened'; job: JobId; share: JobShare }
  | { type: 'jobClosed'; job: JobId }
  /** `known`: it ended in an earlier run, and does not run. */
  | { type: 'submit'; task: TaskSpec; known?: KnownEnd }
  | { type: 'cancel'; task: TaskId }
  /** One that has failed begins anew, if it can: see `retryObstacle`. */
  | { type: 'retry'; task: TaskId }
  /** The driver will not ask for its result any more. */
  | { type: 'forget'; task: TaskId }
  | {
      type: 'finished';
      rank: number;
      epoch: number;
      task: TaskId;
      attempt: number;
      outcome: Outcome;
      /** Time that it took on the node. */
      ms: number;
    }
  /** How tasks are placed from now on, also those that wait, of all jobs that have no policy of their own. */
  | { type: 'policy'; policy: Policy }
  /** The same for the tasks of one job; absent: as those of all others. */
  | { type: 'jobPolicy'; job: JobId; policy: Policy | undefined }
  /** Time has passed: timeouts, retries that are due, stragglers. */
  | { type: 'tick' };

/** Where an input of a task is to be had. */
export interface InputPlace {
  task: TaskId;
  /** Nodes that hold it; none: the driver has it. */
  holders: readonly Holder[];
}

export type FailureCause =
  'error' | 'timeout' | 'bad' | 'interrupted' | 'dependency' | 'cannotFit' | 'noNodes';

/** Why a task has failed for good. */
export interface TaskFailure {
  cause: FailureCause;
  message: string;
  /** The task that it depends on and that failed first. */
  origin?: TaskId;
}

export type SchedulerAction =
  | { type: 'run'; rank: number; epoch: number; task: TaskId; attempt: number; inputs: readonly InputPlace[] }
  /** The attempt's result is not wanted any more; if it does not end by itself, its node is to be replaced. */
  | { type: 'cancelAttempt'; rank: number; epoch: number; task: TaskId; attempt: number; force: boolean }
  /** `rank` is -1 where it was known from an earlier run. */
  | { type: 'resolved'; task: TaskId; rank: number; inline: boolean; bytes: number }
  /** A result that was lost has been made anew: it is there now. */
  | { type: 'relocated'; task: TaskId; rank: number; inline: boolean }
  /** Also of a task that was resolved, where its result was lost and could not be made again. */
  | { type: 'rejected'; task: TaskId; failure: TaskFailure }
  | { type: 'cancelled'; task: TaskId }
  /** The result that the node holds is not needed any more. */
  | { type: 'release'; rank: number; task: TaskId }
  /** Nobody will ask for it: whatever the driver keeps of it can go. */
  | { type: 'dropped'; task: TaskId }
  /** It was cordoned, and its last task has ended. */
  | { type: 'drained'; rank: number };

/** What a policy sees of a task. */
export interface TaskView {
  readonly id: TaskId;
  readonly name: string;
  readonly job: JobId;
  readonly needs: Needs;
  readonly priority: number;
  /** Estimate on a node of speed 1. */
  readonly expectedMs: number;
  readonly inputBytes: number;
  /** Bytes of its arguments that would have to be moved to a node. */
  bytesToMove(rank: number): number;
}

/** What a policy sees of a node. */
export interface NodeView {
  readonly rank: number;
  readonly host: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly labels: readonly string[];
  readonly custom: Readonly<Record<string, number>>;
  readonly weight: number;
  /** Not taken by tasks that run. */
  readonly freeCpus: number;
  readonly freeMemoryMiB: number;
  /** Tasks that wait for it. */
  readonly queued: number;
  readonly running: number;
  /** Estimated time of all that waits and runs there. */
  readonly outstandingMs: number;
  /** Busy share of its processor as last reported, 0 to 1. */
  readonly cpu: number;
  readonly usedMemoryMiB: number;
  /** Work per time, compared with the other nodes; 0.5 takes twice as long. */
  readonly speed: number;
}

/** What is handed to a policy beside the task and the nodes: no other source of chance or order. */
export interface PolicyContext {
  readonly nowMs: number;
  /** From 0 to below 1, seeded. */
  random(): number;
  /** Number of placements so far. */
  readonly turn: number;
}

/** A choice and why: a score for each candidate (lower is better; NaN: not looked at). */
export interface Choice {
  node: NodeView;
  scores: readonly number[];
}

/** Where a task goes; candidates are all nodes that could hold it, never none. */
export interface Policy {
  readonly name: string;
  /** What its scores mean, with their unit: 'tasks waiting and running'. */
  readonly scoreMeaning: string;
  /** In which order waiting tasks of one priority go: as they came, or by their expected time. */
  readonly order: 'arrival' | 'shortestFirst' | 'longestFirst';
  /** Waiting tasks are placed anew when nodes come, go or fall behind. */
  readonly rebalances: boolean;
  /** A node with nothing to do takes a waiting task from the node that this names. */
  victim?(thief: NodeView, others: readonly NodeView[], context: PolicyContext): NodeView | undefined;
  choose(task: TaskView, candidates: readonly NodeView[], context: PolicyContext): Choice;
}
