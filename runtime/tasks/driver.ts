import { programKey } from '../program/spmd';
import type { AutoscaleOptions } from './autoscaleOptions';
import type { Cluster } from './cluster';
import type { Choose } from './ownPolicy';
import type { Scheduler } from './scheduler';

/** What a driver is given. */
export interface DriverContext {
  /** Hands tasks to the nodes. */
  scheduler: Scheduler;
  /** The nodes: how many there are, and how many there are to be. */
  cluster: Cluster;
  /** Prints a line that is marked as the driver's; takes what `console.log` takes. */
  log: (...values: unknown[]) => void;
  /** The arguments after `--` on the command line, or `args` of the launch configuration. */
  args: string[];
}

/** What a node offers to tasks. */
export interface OfferedResources {
  /** How much runs at a time; 1 if nothing is said. Only async tasks run side by side. */
  cpus?: number;
  /** If nothing is said: its part of the machine's memory. */
  memoryMiB?: number;
  labels?: string[];
  /** Amounts of whatever else tasks may need: `{ gpu: 1 }`. */
  custom?: Record<string, number>;
  /** Its share of the work under the policy `weighted-round-robin`; 1 if nothing is said. */
  weight?: number;
}

/** How the tasks of a program are run. */
export interface DriverOptions {
  /** How tasks are placed, until `scheduler.setPolicy`; `work-stealing` if nothing is said. */
  policy?: string | Choose;
  /** Called on each node that runs tasks: what it offers them. */
  resources?: (node: { rank: number; host: string }) => OfferedResources;
  /** So many nodes that are lost are replaced by new ones; none if nothing is said. */
  replaceLost?: number;
  /** Lets the number of nodes follow the work. */
  autoscale?: AutoscaleOptions;
}

/** A program of tasks, as the default export of its file. */
export interface DriverProgram {
  readonly [programKey]: 'driver';
  readonly run: (context: DriverContext) => unknown;
  readonly options: DriverOptions;
}

/**
 * Makes a program of tasks: the driver runs on node 0 and hands tasks to the other nodes, which run them. The death of any
 * other node is survived: what it ran, and results that it held and that are needed, are made again elsewhere. The job
 * ends when the driver has returned. On a single node the driver's node runs the tasks too.
 *
 * ```ts
 * export const square = task('square', (x: number) => x * x);
 *
 * export default driver(async ({ scheduler, log }) => {
 *   const tasks = scheduler.job('squares').map(square, [1, 2, 3]);
 *   for await (const done of scheduler.asCompleted(tasks)) log(await done.result);
 * });
 * ```
 */
export function driver(
  run: (context: DriverContext) => void | Promise<void>,
  options: DriverOptions = {},
): DriverProgram {
  return { [programKey]: 'driver', run, options };
}

/** True for what {@link driver} returns. */
export function isDriver(value: unknown): value is DriverProgram {
  return typeof value === 'object' && value !== null && programKey in value && value[programKey] === 'driver';
}
