/**
 * Finds a job in which no node can go on, and says why.
 *
 * The nodes are looked at twice. If each was still both times and has not moved in between, and as many messages
 * were taken in as were sent, then nothing is under way and nothing will ever change: a deadlock. (Counting twice
 * is Mattern's four-counter method for termination detection, 1987: a single count could miss a message that
 * crosses it.)
 */
import { basename } from 'node:path';
import type { Quiescence } from '../protocol/agentLink';
import { describeWait, type NodeInfo } from '../protocol/node';

/** True if two looks at all nodes of a job, by rank, prove that no node can go on. */
export function isDeadlock(first: readonly Quiescence[], second: readonly Quiescence[]): boolean {
  const sum = (looks: readonly Quiescence[], of: 'sent' | 'taken') =>
    looks.reduce((total, look) => total + look[of], 0);
  return (
    first.length === second.length &&
    first.every((look, rank) => {
      const again = second[rank] as Quiescence;
      return look.still && again.still && look.waitId === again.waitId;
    }) &&
    sum(first, 'sent') === sum(second, 'taken')
  );
}

/** Which node waits in which call at which line, what stands against it, and what to look at. */
export function explainDeadlock(nodes: readonly NodeInfo[]): string {
  const lines = nodes.filter((node) => node.wait).map((node) => `  ${describeBlocked(node, nodes)}`);
  const ended = nodes.filter((node) => node.state === 'done').map((node) => node.rank);
  if (ended.length > 0) lines.push(`  ${listNodes(ended)} ended.`);
  const cycle = findCycle(nodes);
  if (cycle) lines.push(`  They wait for each other: ${cycle.join(' -> ')} -> ${cycle[0]}.`);
  lines.push(`  ${advice(nodes)}`);
  return lines.join('\n');
}

function describeBlocked({ rank, wait }: NodeInfo, nodes: readonly NodeInfo[]): string {
  if (!wait) return `node ${rank}`;
  const at = wait.at ? ` at ${basename(wait.at.file)}:${wait.at.line}` : '';
  const peer = wait.peer === undefined ? undefined : nodes[wait.peer];
  const why = peer?.state === 'done' ? `, but node ${peer.rank} has ended` : '';
  return `node ${rank} waits in ${describeWait(wait)}${at}${why}`;
}

/** Ranks that wait for each other in a circle, if there are such. */
function findCycle(nodes: readonly NodeInfo[]): number[] | undefined {
  for (const { rank } of nodes) {
    const path: number[] = [];
    for (let at: number | undefined = rank; at !== undefined && at >= 0; at = nodes[at]?.wait?.peer) {
      const seen = path.indexOf(at);
      if (seen >= 0) return path.slice(seen).length > 1 ? path.slice(seen) : undefined;
      path.push(at);
    }
  }
  return undefined;
}

function advice(nodes: readonly NodeInfo[]): string {
  const operations = new Set(nodes.flatMap((node) => (node.wait ? [node.wait.operation] : [])));
  const collective = [...operations].find((name) => !['recv', 'probe', 'send', 'sendrecv'].includes(name));
  if (collective !== undefined) {
    return `Every node must call ${collective}: look for an "if" or an early return that leaves a node out.`;
  }
  return 'Every recv needs a send with its source and tag: look for a send that is missing, goes to another node, has another tag, or comes too late.';
}

function listNodes(ranks: readonly number[]): string {
  return ranks.length === 1 ? `Node ${ranks[0]} has` : `Nodes ${ranks.join(', ')} have`;
}
