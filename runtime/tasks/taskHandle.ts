import type { TaskDriver } from './taskDriver';
import type { TaskState, TaskStatus } from './taskState';

/**
 * A task that was handed to the scheduler. It can be an argument of other tasks, which then run when it is done and get its
 * result. A result that no handle and no waiting task needs any more is let go.
 */
export class Task<R = unknown> {
  /** @internal */
  constructor(
    /** @internal */ readonly state: TaskState,
    private readonly driver: TaskDriver,
  ) {
    state.handle = this;
  }

  /** Unique in its program, counted from 1. */
  get id(): number {
    return this.state.id;
  }

  /** The name of its function. */
  get name(): string {
    return this.state.name;
  }

  get status(): TaskStatus {
    return this.state.status;
  }

  /** The node that runs it, or has run it; -1 before. */
  get rank(): number {
    return this.state.rank;
  }

  /** As the task itself has told, from 0 to 1. */
  get progress(): number {
    return this.state.status === 'done' ? 1 : this.state.progress;
  }

  /** When its run began and ended, in milliseconds of this node's `performance.now()`; NaN as long as it has not. */
  get times(): { beganMs: number; endedMs: number } {
    const { beganMs, endedMs } = this.state;
    return { beganMs, endedMs };
  }

  /**
   * Its result: fulfilled once it is here; rejected with a LockstepError `taskFailed`, `badTask`, `taskCancelled`,
   * `taskTimedOut`, … that says where and why. Nothing large is fetched before somebody asks.
   */
  get result(): Promise<R> {
    return this.driver.resultOf(this.state) as Promise<R>;
  }

  /** Gives it up, and all that takes its result. A result that is known already stays. */
  cancel(): void {
    this.driver.cancel(this.state);
  }
}

/** A value that many tasks take: it is packed once, and travels once to each node. */
export class Shared<T = unknown> {
  /** @internal */
  readonly value?: T;

  /** @internal */
  constructor(/** @internal */ readonly hash: string) {}
}

/** What can stand where a task takes a value: the value, a task whose result it is, or a shared one. */
export type Given<T> =
  | T
  | Task<T>
  | Task<Promise<T>>
  | Shared<T>
  | (T extends readonly (infer E)[] ? readonly (E | Task<E> | Shared<E>)[] : never);

/** The arguments of a task, each as itself or as what brings it. */
export type GivenArguments<A extends readonly unknown[]> = { readonly [K in keyof A]: Given<A[K]> };
