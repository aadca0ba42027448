import { LockstepError } from '../protocol/errors';
import type { SourceLocation } from '../protocol/node';
import { captureCaller } from '../program/sourceStack';

/** A function that can run as a task on any node. Called directly, it runs where it is called. */
export interface TaskFunction<A extends readonly unknown[] = readonly never[], R = unknown> {
  (...args: A): R;
  /** What it was called in `task`. */
  readonly taskName: string;
}

/** A task's function as the runtime calls it. */
export type AnyFunction = (...args: readonly unknown[]) => unknown;

/** With where each is declared. */
const functions = new Map<string, { run: AnyFunction; place: () => SourceLocation | undefined }>();

/**
 * Makes a function that can run as a task on any node. Call it at the top level of the program, so that every node knows
 * it: nodes exchange names, arguments and results, never code.
 *
 * @param name what it is called in views and messages; each once in a program
 * @param run takes and returns structured-clonable values; may be async
 * @throws LockstepError `duplicateTask`
 * @example
 * export const square = task('square', (x: number) => x * x);
 */
export function task<A extends readonly unknown[], R>(
  name: string,
  run: (...args: A) => R,
): TaskFunction<A, R> {
  if (functions.has(name)) throw new LockstepError('duplicateTask', { name });
  functions.set(name, { run: run as AnyFunction, place: captureCaller() });
  const direct = (...args: A): R => run(...args);
  return Object.assign(direct, { taskName: name });
}

/** The function of this name, in this node's copy of the program. */
export function functionNamed(name: string): AnyFunction | undefined {
  return functions.get(name)?.run;
}

/** Where the function of this name was made a task. */
export function placeOfFunction(name: string): SourceLocation | undefined {
  return functions.get(name)?.place();
}

/** True for what {@link task} returns. */
export function isTaskFunction(value: unknown): value is TaskFunction {
  return typeof value === 'function' && typeof (value as Partial<TaskFunction>).taskName === 'string';
}
