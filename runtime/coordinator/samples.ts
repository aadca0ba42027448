import type { ClusterEvent } from '../protocol/events';
import type { NodeHandle } from './nodeHandle';

/** What the nodes of a job have sampled since the last call, as events; `intervalMs` is the time between calls. */
export function takeSamples(job: string, handles: readonly NodeHandle[], intervalMs: number): ClusterEvent[] {
  const timeMs = Date.now();
  const nodes = handles.flatMap((node) => node.metrics ?? []);
  const edges = handles.flatMap((node) =>
    node.traffic
      .splice(0)
      .map(([destination, messages, bytes]) => ({ source: node.rank, destination, messages, bytes })),
  );
  for (const node of handles) node.metrics = undefined;
  const events: ClusterEvent[] = [];
  if (nodes.length > 0) events.push({ type: 'metrics', job, timeMs, nodes });
  if (edges.length > 0) events.push({ type: 'traffic', job, timeMs, intervalMs, edges });
  return events;
}
