import { LockstepError } from '../protocol/errors';
import { inspect } from 'node:util';
import type { Policy } from '../scheduler/model';
import type { JobCounts, JobState } from './jobState';
import type { Choose } from './ownPolicy';
import { packArguments } from './packArguments';
import { isTaskFunction, type TaskFunction } from './task';
import type { TaskDriver } from './taskDriver';
import { type GivenArguments, Task } from './taskHandle';
import { specOf, type TaskOptions } from './taskOptions';
import { TaskState } from './taskState';

/** Tasks that belong together: they share a name, a weight beside other jobs, and defaults for their options. */
export class TaskJob {
  /** @internal */
  constructor(
    private readonly driver: TaskDriver,
    private readonly state: JobState,
    private readonly defaults: TaskOptions,
    private readonly policyOf: (given: string | Choose) => Policy,
  ) {}

  get name(): string {
    return this.state.name;
  }

  /** The policy by which its tasks are placed, by its name: its own, or the scheduler's. */
  get policy(): string {
    return this.driver.core.policyOf(this.state.id).name;
  }

  /**
   * Places its tasks by a policy of its own from now on, also those that wait.
   *
   * @param policy the name of a built-in one (`Scheduler.policies`), a function that chooses a node, or undefined: as the
   *   scheduler places the tasks of all others
   * @throws LockstepError `unknownPolicy`
   */
  setPolicy(policy: string | Choose | undefined): void {
    const own = policy === undefined ? undefined : this.policyOf(policy);
    this.driver.handle({ type: 'jobPolicy', job: this.state.id, policy: own });
  }

  /** How many of its tasks are where, now. */
  get progress(): JobCounts {
    return this.state.counts;
  }

  /**
   * Hands a task in. It begins when its inputs are there and a node is free.
   *
   * @param task what `task(name, function)` returns
   * @param args its arguments; for any of them, or an element of an array, a {@link Task} whose result it is
   * @param options what it needs of a node, its priority, timeout, retries; the job's apply where it has none
   * @throws LockstepError `notATask`, `notClonable`, `badTaskOption`
   * @example
   * const left = job.add(sort, [numbers.slice(0, half)]);
   * const right = job.add(sort, [numbers.slice(half)]);
   * const sorted = await job.add(merge, [left, right], { priority: 1 }).result;
   */
  add<A extends readonly unknown[], R>(
    task: TaskFunction<A, R>,
    args: GivenArguments<A>,
    options: TaskOptions = {},
  ): Task<Awaited<R>> {
    if (!isTaskFunction(task)) {
      throw new LockstepError('notATask', { call: `${this.name}.add`, value: inspect(task, { depth: 0 }) });
    }
    const { driver } = this;
    const name = task.taskName;
    const digest = driver.journal?.digest(this.name, name);
    const call = packArguments(args, name, driver.shared, digest);
    const key = digest && driver.journal?.keyOf(digest);
    const spec = specOf(driver.nextId, this.state.id, name, call, { ...this.defaults, ...options });
    const number = driver.outboxes.numberOf(name);
    const state = new TaskState(spec.id, name, number, spec.needs.cpus, this.state, call, key);
    const handle = new Task<Awaited<R>>(state, driver);
    driver.submit(state, spec);
    return handle;
  }

  /**
   * A task for each value, in their order.
   *
   * @example
   * const squares = await Promise.all(job.map(square, [1, 2, 3]).map(({ result }) => result));
   */
  map<T, R>(
    task: TaskFunction<[T], R>,
    values: Iterable<GivenArguments<[T]>[0]>,
    options: TaskOptions = {},
  ): Task<Awaited<R>>[] {
    return Array.from(values, (value) => this.add(task, [value] as GivenArguments<[T]>, options));
  }

  /** A task for each list of arguments, in their order. */
  starmap<A extends readonly unknown[], R>(
    task: TaskFunction<A, R>,
    tuples: Iterable<GivenArguments<A>>,
    options: TaskOptions = {},
  ): Task<Awaited<R>>[] {
    return Array.from(tuples, (args) => this.add(task, args, options));
  }

  /** Gives up all of its tasks that have not ended. */
  cancel(): void {
    for (const task of [...this.state.open]) this.driver.cancel(task);
  }
}
