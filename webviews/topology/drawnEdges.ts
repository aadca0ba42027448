/** Which edges are in the drawing: those that something has gone over, and those that something is wrong with. Pure. */
import { isOnEdge } from '../../runtime/protocol/faultEdges';
import { isMessageFault, type LastingFault, type MessageFault } from '../../runtime/protocol/faults';
import { edgeFault, type EdgeFault } from '../shared/faultWords';
import { edgeKey, type Edge, type Traffic } from './traffic';

/** A way from one node to another. */
export interface Way {
  source: number;
  destination: number;
}

export interface DrawnEdge extends Way {
  key: number;
  /** Absent: nothing has gone over it. */
  traffic?: Edge;
  fault?: EdgeFault;
}

/** A fault of more ways than this is drawn on those alone that have traffic: all would hide the nodes. */
const mostQuietWays = 32;

/** The edges of a job of `size` nodes, the busiest first. */
export function drawnEdges(traffic: Traffic, active: readonly LastingFault[], size: number): DrawnEdge[] {
  const faults = active.filter(isMessageFault);
  const busiest = [...traffic.values()].sort((a, b) => b.messagesPerSecond - a.messagesPerSecond);
  const edges = busiest.map((edge): DrawnEdge => {
    const { source, destination } = edge;
    const fault = faults.length > 0 ? edgeFault(faults, source, destination) : undefined;
    return { source, destination, key: edgeKey(source, destination), traffic: edge, fault };
  });
  const known = new Set(edges.map(({ key }) => key));
  for (const fault of faults) {
    for (const { source, destination } of waysOf(fault, size)) {
      const key = edgeKey(source, destination);
      if (known.has(key)) continue;
      known.add(key);
      edges.push({ source, destination, key, fault: edgeFault(faults, source, destination) });
    }
  }
  return edges;
}

/** The ways that a fault is on; none where they are too many to be drawn. */
function waysOf(fault: MessageFault, size: number): Way[] {
  const ways: Way[] = [];
  for (let source = 0; source < size; source += 1) {
    for (let destination = 0; destination < size; destination += 1) {
      if (source === destination || !isOnEdge(fault, source, destination)) continue;
      if (ways.length === mostQuietWays) return [];
      ways.push({ source, destination });
    }
  }
  return ways;
}

/** Whether an edge has an end at a node. */
export function touches(edge: Way, rank: number | undefined): boolean {
  return rank !== undefined && (edge.source === rank || edge.destination === rank);
}
