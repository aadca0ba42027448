import { describeState, describeWait, type NodeInfo } from '../../runtime/protocol/node';

/** A barrier breakpoint that holds a node, and how far it has come. */
export interface Held {
  /** `pagerank.ts:12`. */
  place: string;
  arrived: number;
  awaited: number;
}

/**
 * A node as a thread of the call stack: `node 2 · blocked in recv(source 1, tag 7)`. What the editor shows beside
 * the name anyway, running and paused, is left out; a node that is paused in a call still says which.
 */
export function threadName(
  node: Pick<NodeInfo, 'rank' | 'state' | 'wait' | 'reason' | 'task'>,
  held?: Held,
  isDeadlocked = false,
): string {
  const name = `node ${node.rank}`;
  if (isDeadlocked) return `${name} · deadlock${node.wait ? `: ${describeWait(node.wait)}` : ''}`;
  if (held) return `${name} · held at barrier ${held.place} (${held.arrived} of ${held.awaited})`;
  if (node.state === 'running' && node.task === undefined) return name;
  if (node.state === 'paused') {
    if (node.wait) return `${name} · ${node.wait.idle ?? `blocked in ${describeWait(node.wait)}`}`;
    return node.task === undefined ? name : `${name} · task ${node.task}`;
  }
  return `${name} · ${describeState(node)}`;
}
