/** One task as the scheduler knows it, and its attempts. */
import type { NodeRecord } from './nodeRecord';
import type { TaskId, TaskSpec, TaskView } from './model';

/** One run of a task on one node. Its number and the node's epoch make a late result recognizable. */
export interface Attempt {
  readonly task: TaskRecord;
  readonly number: number;
  readonly node: NodeRecord;
  readonly sentAtMs: number;
  /** The node has begun with it, as far as can be known from here. */
  startedAtMs?: number;
  /** What it was counted with in its node's outstanding work. */
  readonly expectedMs: number;
  /** A second try of a task that runs elsewhere and is late. */
  readonly copy: boolean;
  /** Not to be waited for: it was cancelled, or has run out of time. */
  abandoned: boolean;
}

/** Where a result is. */
export interface Result {
  bytes: number;
  /** The driver has it. */
  inline: boolean;
  holders: Set<NodeRecord>;
}

/**
 *   waiting --inputs are there--> ready --placed--> queued --sent--> running --result--> done
 *      ^                            ^                 |                 |
 *      |                            +--node lost------+-----------------+--retry--> paused --due--> ready
 *      +--a result was lost that is needed again---- done
 *   any --cancel--> cancelled;  running --no attempt left--> failed
 */
export type TaskState =
  'waiting' | 'ready' | 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

/** Most tasks have none that take their results. */
const none: ReadonlySet<TaskRecord> = new Set();

export class TaskRecord implements TaskView {
  state: TaskState = 'waiting';
  /** What it takes; none any more once it need not run again. */
  inputs: readonly TaskRecord[];
  /** Tasks that take its result and have not ended. */
  dependents: ReadonlySet<TaskRecord> = none;
  /** The driver will not ask for its result any more. */
  forgotten = false;
  /** Inputs that are not there. */
  missing = 0;
  /** Where it is queued. */
  queuedAt: NodeRecord | undefined;
  /** Its place in that queue. */
  queueEntry: object | undefined;
  /** Attempts that run. */
  attempts: Attempt[] = [];
  attemptsMade = 0;
  retriesLeft: number;
  /** Attempts that had begun when their node was lost. */
  interrupted = 0;
  /** Those of them whose node died by itself. */
  nodesKilled = 0;
  result: Result | undefined;
  /** The driver has been told of its result. */
  told = false;
  expectedMs = 0;

  constructor(
    readonly spec: TaskSpec,
    inputs: readonly TaskRecord[],
  ) {
    this.inputs = inputs;
    this.retriesLeft = spec.retries;
  }

  get id(): TaskId {
    return this.spec.id;
  }

  get name(): string {
    return this.spec.name;
  }

  get job(): string {
    return this.spec.job;
  }

  get needs(): TaskSpec['needs'] {
    return this.spec.needs;
  }

  get priority(): number {
    return this.spec.priority;
  }

  get inputBytes(): number {
    return this.inputs.reduce((sum, { result }) => sum + (result?.bytes ?? 0), this.spec.inputBytes);
  }

  bytesToMove(rank: number): number {
    let bytes = 0;
    for (const { result } of this.inputs) {
      if (!result || holds(result, rank)) continue;
      bytes += result.bytes;
    }
    return bytes;
  }

  get ended(): boolean {
    return this.state === 'done' || this.state === 'failed' || this.state === 'cancelled';
  }

  /** Attempts whose result is still waited for. */
  get live(): Attempt[] {
    return this.attempts.filter(({ abandoned }) => !abandoned);
  }

  /** How many these are. */
  get liveCount(): number {
    let count = 0;
    for (const { abandoned } of this.attempts) if (!abandoned) count += 1;
    return count;
  }

  addDependent(task: TaskRecord): void {
    if (this.dependents === none) this.dependents = new Set();
    (this.dependents as Set<TaskRecord>).add(task);
  }

  removeDependent(task: TaskRecord): void {
    if (this.dependents !== none) (this.dependents as Set<TaskRecord>).delete(task);
  }

  /** Its result can be had somewhere. */
  get available(): boolean {
    return this.result !== undefined && (this.result.inline || this.result.holders.size > 0);
  }
}

function holds(result: Result, rank: number): boolean {
  for (const node of result.holders) if (node.rank === rank) return true;
  return false;
}
