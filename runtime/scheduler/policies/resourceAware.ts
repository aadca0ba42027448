import type { NodeView, Policy, TaskView } from '../model';
import { chooseLeast } from './leastScore';

/** How full the fullest of a node's resources would be with the task, from 0 to 1 and beyond. */
function fullness(task: TaskView, node: NodeView): number {
  const { needs } = task;
  const declared = (node.cpus - node.freeCpus + needs.cpus) / node.cpus;
  const live = node.cpu + needs.cpus / node.cpus;
  const usedMiB = Math.max(node.usedMemoryMiB, node.memoryMiB - node.freeMemoryMiB);
  const memory = node.memoryMiB > 0 ? (usedMiB + needs.memoryMiB) / node.memoryMiB : 0;
  return Math.max(declared, live, memory) + node.queued / node.cpus;
}

/**
 * The node whose fullest resource would be least full: what is declared by tasks and what is measured, processors and
 * memory alike, the larger of each (dominant resource, after Ghodsi et al. 2011); tasks that wait count as full
 * processors.
 */
export const resourceAware: Policy = {
  name: 'resource-aware',
  scoreMeaning: 'share in use of its fullest resource, with the task; and a whole one for each waiting task',
  order: 'arrival',
  rebalances: true,
  choose: (task, candidates, context) => chooseLeast(fullness, task, candidates, context),
};
