import { AsyncLocalStorage } from 'node:async_hooks';

/** What a task's function can know of its own run. */
export interface RunningTask {
  readonly id: number;
  readonly name: string;
  /** 1 at first; more where it was tried again, or copied to another node. */
  readonly attempt: number;
  /** The node that it runs on. */
  readonly rank: number;
  /** Aborted when the result is not wanted any more; an async function is to give up then. */
  readonly signal: AbortSignal;
  /** Tells whoever asked for the task how far it is, from 0 to 1. */
  progress(share: number): void;
}

const inside = new AsyncLocalStorage<RunningTask>();
let running: RunningTask | undefined;

const asyncFunction = Object.getPrototypeOf(async () => Promise.resolve()) as object;

/**
 * The task that the calling function runs as; undefined where it was called directly. In a function that returns a promise
 * without being `async`, ask before its first callback.
 *
 * @example
 * export const search = task('search', (from: number, to: number) => {
 *   for (let n = from; n < to; n += 1) {
 *     if (n % 1000 === 0) currentTask()?.progress((n - from) / (to - from));
 *   }
 * });
 */
export function currentTask(): RunningTask | undefined {
  return running ?? inside.getStore();
}

/** Calls a function so that it finds itself as the current task. */
export function runAs(
  task: RunningTask,
  run: (...args: readonly unknown[]) => unknown,
  args: readonly unknown[],
): unknown {
  if (Object.getPrototypeOf(run) === asyncFunction) return inside.run(task, () => run(...args));
  running = task;
  try {
    return run(...args);
  } finally {
    running = undefined;
  }
}
