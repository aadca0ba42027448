/** One task as the scheduler knows it, and its attempts. */
import type { Census } from './census';
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
  private present: TaskState = 'waiting';
  /** What it takes; none any more once it need not run again. */
  inputs: readonly TaskRecord[];
  /** Tasks that take its result and have not ended. */
  dependents: ReadonlySet<TaskRecord> = none;
  /** Tasks that may run again and take its result then. */
  heirs = 0;
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
  /** Of its attempts, those that have begun and are waited for. */
  private begunAttempts = 0;

  constructor(
    readonly spec: TaskSpec,
    inputs: readonly TaskRecord[],
    /** Its job's. */
    readonly census: Census,
  ) {
    this.inputs = inputs;
    this.retriesLeft = spec.retries;
    census.total += 1;
    census.waiting += 1;
  }

  get state(): TaskState {
    return this.present;
  }

  set state(state: TaskState) {
    this.census.moved(this.present, state);
    this.present = state;
  }

  /** A node has begun with an attempt that is waited for. */
  begun(): void {
    this.begunAttempts += 1;
    if (this.begunAttempts === 1) this.census.begun += 1;
  }

  /** Such an attempt has ended, or is not waited for any more. */
  left(): void {
    this.begunAttempts -= 1;
    if (this.begunAttempts === 0) this.census.begun -= 1;
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

  /** It has failed, and is to begin anew with these inputs. */
  restart(inputs: readonly TaskRecord[]): void {
    this.inputs = inputs;
    this.retriesLeft = this.spec.retries;
    this.interrupted = 0;
    this.nodesKilled = 0;
    this.result = undefined;
    this.told = false;
  }

  /** A node runs it. */
  get isRunning(): boolean {
    return this.begunAttempts > 0;
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
