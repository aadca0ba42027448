/** Why a task cannot run, in words. */
import type { TaskId } from './model';
import type { NodeRecord } from './nodeRecord';
import type { TaskRecord } from './taskRecord';

/** Why none of the nodes could ever hold a task; undefined if one could, or none is known. */
export function misfit({ needs }: TaskRecord, nodes: ReadonlyMap<number, NodeRecord>): string | undefined {
  if (nodes.size === 0) return undefined;
  const obstacles: string[] = [];
  for (const node of nodes.values()) {
    const obstacle = node.obstacle(needs);
    if (obstacle === undefined) return undefined;
    obstacles.push(`node ${node.rank}: ${obstacle}`);
  }
  return obstacles.join('; ');
}

/** Why a task that has failed cannot begin anew; undefined if it can. */
export function retryObstacle(tasks: ReadonlyMap<TaskId, TaskRecord>, id: TaskId): string | undefined {
  const task = tasks.get(id);
  if (!task) return 'the program has let go of it';
  if (task.state !== 'failed') return 'it has not failed';
  for (const input of task.spec.dependencies) {
    const state = tasks.get(input)?.state;
    if (state === undefined) return `the result of #${input}, which it takes, is not kept any more`;
    if (state === 'failed') return `#${input}, whose result it takes, has failed`;
    if (state === 'cancelled') return `#${input}, whose result it takes, was cancelled`;
  }
  return undefined;
}
