import type { LockstepError } from '../protocol/errors';
import type { JobState } from './jobState';
import type { Recalled } from './journal/taskJournal';
import type { TaskErrorReport } from './messages';
import { type Packed, type PackedArgument, unpack } from './wire';

/** Where a task is. `running` it is from when it was sent to a node. */
export type TaskStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** An attempt that ended with an error of the task's own. */
export interface FailedAttempt extends TaskErrorReport {
  rank: number;
  attempt: number;
}

/** What travels of a task, for as long as it may have to run again. */
export interface TaskCall {
  args: readonly PackedArgument[];
  /** Hashes of its shared arguments. */
  shared: readonly string[];
  /** Bytes of its own arguments. */
  bytes: number;
}

/** A task as the driver's node knows it beside the scheduler: its call, its result, and who waits for it. */
export class TaskState {
  status: TaskStatus = 'waiting';
  /** Where it ran last, or runs. */
  rank = -1;
  /** When its run began and ended, in milliseconds of the driver's clock. */
  beganMs = NaN;
  endedMs = NaN;
  /** As it has told. */
  progress = 0;
  isHere = false;
  /** It ended in an earlier run. */
  fromJournal = false;
  private here: Packed;
  /** Reads a result that lies in the journal. */
  private kept: (() => Packed) | undefined;
  failure: LockstepError | undefined;
  failedAttempts: FailedAttempt[] | undefined;
  /** Where it was tried before. */
  earlierRanks: number[] | undefined;
  /** The program has asked for its result, or was told of its failure. */
  asked = false;
  /** The program has given it up. */
  isCancelling = false;
  /** The program has no handle of it any more. */
  isForgotten = false;
  /** The program's handle, until it has ended: what becomes of its result depends on whether the program has it still. */
  handle: object | undefined;
  /** Called once it has ended. */
  onEnded: ((task: TaskState) => void)[] | undefined;
  /** Called when those who await it have been told. */
  onSettled: (() => void) | undefined;
  private promise: Promise<unknown> | undefined;
  private settle: { resolve: (value: unknown) => void; reject: (error: unknown) => void } | undefined;

  constructor(
    readonly id: number,
    readonly name: string,
    readonly functionNumber: number,
    readonly cpus: number,
    readonly job: JobState,
    public call: TaskCall | undefined,
    /** What names it in the journal, where there is one. */
    readonly key?: string,
  ) {}

  /** The result, where the driver has it. */
  get value(): Packed {
    return this.kept ? this.kept() : this.here;
  }

  set value(value: Packed) {
    this.kept = undefined;
    this.here = value;
  }

  /** The journal says what became of it. */
  recall(recalled: Recalled): void {
    this.fromJournal = true;
    if (recalled.type === 'result') this.kept = recalled.read;
    else this.failure = recalled.error;
  }

  get hasEnded(): boolean {
    return this.status === 'done' || this.status === 'failed' || this.status === 'cancelled';
  }

  /** Somebody awaits its result. */
  get isAwaited(): boolean {
    return this.settle !== undefined;
  }

  /** Its result; `fetch` is called where it has to be fetched. */
  result(fetch: () => void): Promise<unknown> {
    this.asked = true;
    if (!this.promise) {
      this.promise = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
      if (this.hasEnded && !this.settleIfKnown()) fetch();
    }
    return this.promise;
  }

  /** Tells those who await it, if what there is to tell is here; false if it has to be fetched. */
  settleIfKnown(): boolean {
    const { settle } = this;
    if (!settle) return true;
    if (this.failure) settle.reject(this.failure);
    else if (this.isHere) {
      try {
        settle.resolve(unpack(this.value));
      } catch (error) {
        settle.reject(error);
      }
    } else return false;
    this.settled();
    return true;
  }

  /** The value has come from where it was made: those who await it get it, and it is not kept. */
  fetched(value: Packed): void {
    this.settle?.resolve(unpack(value));
    this.settled();
  }

  private settled(): void {
    this.settle = undefined;
    this.onSettled?.();
    this.onSettled = undefined;
  }

  /** It has failed, and begins anew: whoever asks from now on gets what comes of that. */
  restart(): void {
    this.status = 'waiting';
    this.progress = 0;
    this.failure = undefined;
    this.fromJournal = false;
    this.failedAttempts = undefined;
    this.promise = undefined;
  }

  /** It is sent to a node. */
  sentTo(rank: number): void {
    if (this.rank >= 0) (this.earlierRanks ??= []).push(this.rank);
    this.rank = rank;
    if (!this.hasEnded) this.status = 'running';
  }
}
