import type { Communicator } from '../mpi';

/** What a message-passing program is given on each node. */
export interface SpmdContext {
  /** All nodes of the job; `world.rank` is this one, `world.size` how many there are. */
  world: Communicator;
  /** Prints a line that is marked as this node's; takes what `console.log` takes. */
  log: (...values: unknown[]) => void;
  /** The arguments after `--` on the command line, or `args` of the launch configuration. */
  args: string[];
}

/** Marks what is a program, and of which kind. */
export const programKey: unique symbol = Symbol.for('lockstep.program');

/** A program, as the default export of its file. */
export interface Program {
  readonly [programKey]: 'spmd';
  readonly run: (context: SpmdContext) => unknown;
}

/**
 * Makes a message-passing program: the same function runs on every node ("single program, multiple data").
 * The job ends when it has returned on every node; an error in one node ends the job.
 *
 * ```ts
 * export default spmd(({ world, log }) => {
 *   log('node', world.rank, 'of', world.size);
 * });
 * ```
 */
export function spmd(run: (context: SpmdContext) => void | Promise<void>): Program {
  return { [programKey]: 'spmd', run };
}

/** True for what {@link spmd} returns. */
export function isProgram(value: unknown): value is Program {
  return typeof value === 'object' && value !== null && programKey in value && value[programKey] === 'spmd';
}
