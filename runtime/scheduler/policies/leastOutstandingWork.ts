import type { NodeView, Policy, TaskView } from '../model';
import { chooseLeast } from './leastScore';

/** When a node would have finished a task that it is given now, in milliseconds from now, by what is known. */
export const finishMs = (task: TaskView, node: NodeView): number =>
  (node.outstandingMs / node.cpus + task.expectedMs) / node.speed;

/**
 * The node that would finish the task first: not the number of its tasks counts but the time that they are expected to
 * take, on a node of its speed ("earliest completion time", as list scheduling; Graham 1969).
 */
export const leastOutstandingWork: Policy = {
  name: 'least-outstanding-work',
  scoreMeaning: 'ms until the task would be finished there',
  order: 'arrival',
  rebalances: true,
  choose: (task, candidates, context) => chooseLeast(finishMs, task, candidates, context),
};

/** As least outstanding work; of what waits, the shortest goes first: the mean time to a result is least. */
export const shortestFirst: Policy = {
  ...leastOutstandingWork,
  name: 'shortest-first',
  order: 'shortestFirst',
};

/**
 * As least outstanding work; of what waits, the longest goes first: the makespan is at most 4/3 - 1/(3m) of the best
 * possible on m equal nodes where the times are known (Graham 1969).
 */
export const longestFirst: Policy = {
  ...leastOutstandingWork,
  name: 'longest-first',
  order: 'longestFirst',
};
