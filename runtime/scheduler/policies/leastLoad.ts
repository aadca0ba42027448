import type { Policy } from '../model';
import { chooseLeast } from './leastScore';

/** The node with the fewest tasks, for each processor that it has. */
export const leastLoad: Policy = {
  name: 'least-load',
  scoreMeaning: 'tasks waiting and running, for each processor',
  order: 'arrival',
  rebalances: true,
  choose: (task, candidates, context) =>
    chooseLeast((_, node) => (node.queued + node.running) / node.cpus, task, candidates, context),
};
