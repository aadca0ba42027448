import type { AttemptOptions } from './attempts';
import type { Policy } from './model';

/** How a scheduler works. */
export interface SchedulerOptions extends AttemptOptions {
  policy: Policy;
  /** From 0 to below 1. */
  random(): number;
  /**
   * Nodes may come that are unlike those that are there: a task that fits on none waits. Else it fails, and once the last
   * node is gone all do.
   */
  grows: boolean;
  /** So many placements can be asked for later. */
  placementsKept: number;
}
