import type { NodeView, Policy, TaskView } from '../model';
import { finishMs } from './leastOutstandingWork';
import { chooseLeast } from './leastScore';

/** What moving bytes between nodes costs; about the rate of one link between processes. */
const bytesPerMs = 500_000;

/** Time to the end of the task there, and the time for moving its arguments to it. */
const finishWithMovesMs = (task: TaskView, node: NodeView): number =>
  finishMs(task, node) + task.bytesToMove(node.rank) / bytesPerMs;

/** The node where its arguments are, unless waiting for that node takes longer than moving them. */
export const localityAware: Policy = {
  name: 'locality-aware',
  scoreMeaning: 'ms until the task would be finished there, its arguments moved',
  order: 'arrival',
  rebalances: true,
  choose: (task, candidates, context) => chooseLeast(finishWithMovesMs, task, candidates, context),
};
