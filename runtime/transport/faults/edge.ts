/** The faults of one edge, of all that last; pure. */
import { isOnEdge } from '../../protocol/faultEdges';
import type { MessageFault } from '../../protocol/faults';

/** What happens on the way from one node to another. */
export interface Edge {
  delayMs: number;
  jitterMs: number;
  bytesPerMs: number;
  /** Shares of messages, 0 to 1. */
  loss: number;
  duplicate: number;
  reorder: number;
  /** How much longer a message takes that others overtake. */
  reorderMs: number;
  cut: boolean;
  /** Messages of point-to-point calls are datagrams. */
  raw: boolean;
}

const defaultReorderMs = 20;
/** A megabit a second is so many bytes a millisecond. */
const bytesPerMsOfMbit = 125;

/** The edge from one node to another; undefined if nothing is wrong with it. The latest fault of a kind counts. */
export function edgeOf(faults: readonly MessageFault[], from: number, to: number): Edge | undefined {
  const mine = faults.filter((fault) => isOnEdge(fault, from, to));
  if (mine.length === 0) return undefined;
  const edge: Edge = {
    delayMs: 0,
    jitterMs: 0,
    bytesPerMs: Infinity,
    loss: 0,
    duplicate: 0,
    reorder: 0,
    reorderMs: defaultReorderMs,
    cut: false,
    raw: false,
  };
  for (const fault of mine) {
    if ('raw' in fault && fault.raw) edge.raw = true;
    if (fault.fault === 'delay') [edge.delayMs, edge.jitterMs] = [fault.ms, fault.jitter ?? 0];
    else if (fault.fault === 'bandwidth') edge.bytesPerMs = fault.mbit * bytesPerMsOfMbit;
    else if (fault.fault === 'loss') edge.loss = fault.rate;
    else if (fault.fault === 'duplicate') edge.duplicate = fault.rate;
    else if (fault.fault === 'reorder')
      [edge.reorder, edge.reorderMs] = [fault.rate, fault.ms ?? defaultReorderMs];
    else edge.cut = true;
  }
  return edge;
}
