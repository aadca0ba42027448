/** Says why nodes can never go on: who waits for whom, in which call, at which line, and what usually helps. */
import { basename } from 'node:path';
import { LockstepError } from '../protocol/errors';
import {
  type Call,
  describeWait,
  isReceive,
  isSend,
  ranksWaitedFor,
  type SourceLocation,
  type Wait,
} from '../protocol/node';
import type { Standing } from './deadlock';

/** The error that ends a job whose nodes can never go on. */
export function deadlockError(nodes: readonly Standing[], stuck: readonly number[]): LockstepError {
  const others = nodes.filter((node, rank) => node !== 'ended' && !stuck.includes(rank));
  const who = others.length === 0 ? 'no node can go on' : 'these nodes can never go on';
  return new LockstepError('deadlock', { who, explanation: explainDeadlock(nodes, stuck) });
}

/** The explanation, by what the nodes stand in and the ranks of those that are stuck. */
export function explainDeadlock(nodes: readonly Standing[], stuck: readonly number[]): string {
  const waits = stuck.map((rank) => ({ rank, wait: (nodes[rank] as { wait: Wait }).wait }));
  const lines = waits.map(({ rank, wait }) => describeStuck(rank, wait, nodes));
  const ended = [...nodes.keys()].filter((rank) => nodes[rank] === 'ended');
  if (ended.length > 0) lines.push(`${listNodes(ended)} ended.`);
  const cycle = findCycle(nodes, stuck);
  if (cycle) lines.push(`They wait for each other: ${[...cycle, cycle[0]].join(' -> ')}.`);
  lines.push(advice(waits, cycle));
  return lines.map((line) => `  ${line}`).join('\n');
}

function describeStuck(rank: number, wait: Wait, nodes: readonly Standing[]): string {
  const size = wait.bytes === undefined ? '' : `, ${wait.bytes} bytes, above the eager limit`;
  const gone = ranksWaitedFor(wait).filter((peer) => nodes[peer] === 'ended');
  const why = gone.length === 0 ? '' : `, but ${listNodes(gone).toLowerCase()} ended`;
  const requests = (wait.requests ?? []).flatMap(({ at }) => (at ? [`${at.line}`] : []));
  const made = requests.length === 0 ? '' : ` (made in line ${[...new Set(requests)].join(', ')})`;
  return `node ${rank} waits in ${describeWait(wait)}${place(wait.at)}${made}${size}${why}`;
}

/** Ranks that wait for each other in a circle, if there are such. */
function findCycle(nodes: readonly Standing[], stuck: readonly number[]): number[] | undefined {
  const next = (rank: number): number | undefined => {
    const node = nodes[rank] as { wait: Wait };
    return ranksWaitedFor(node.wait).find((peer) => stuck.includes(peer));
  };
  for (const rank of stuck) {
    const path: number[] = [];
    for (let at: number | undefined = rank; at !== undefined; at = next(at)) {
      const seen = path.indexOf(at);
      if (seen >= 0) return path.slice(seen);
      path.push(at);
    }
  }
  return undefined;
}

function advice(
  waits: readonly { rank: number; wait: Wait }[],
  cycle: readonly number[] | undefined,
): string {
  const inCycle = cycle ? waits.filter(({ rank }) => cycle.includes(rank)) : waits;
  const calls = inCycle.flatMap(({ wait }): Call[] => wait.requests ?? [wait]);
  const collective = calls.find(isCollective) ?? waits.map(({ wait }) => wait).find(isCollective);
  if (collective) {
    const { operation } = collective;
    return `Every node must call ${operation}: look for an "if" or an early return that leaves a node out.`;
  }
  if (cycle?.length === 1) {
    return 'A node that sends to itself must have posted the receive before: irecv first, then send, then wait.';
  }
  if (cycle && calls.every(({ operation }) => isSend(operation))) {
    return (
      'Each of them sends before it receives, and such a send waits for its receive: a message above the eager limit ' +
      'does, and ssend. Let one side receive first, or use sendrecv, or isend and waitAll.'
    );
  }
  const sends = waits.filter(({ wait }) => isSend(wait.operation));
  if (sends.length === waits.length) {
    return 'Every send above the eager limit, and every ssend, needs a recv with its source and tag: look for one that is missing or has another tag.';
  }
  return 'Every recv needs a send with its source and tag: look for a send that is missing, goes to another node, has another tag, or comes too late.';
}

/** Neither a send nor a receive, and not what waits for such. */
function isCollective({ operation, tag }: Call): boolean {
  return tag === undefined && !isSend(operation) && !isReceive(operation) && !requestCalls.has(operation);
}

const requestCalls = new Set([
  'wait',
  'waitAll',
  'waitAny',
  'waitSome',
  'await',
  'sendrecv',
  'sendrecvReplace',
]);

function place(at: SourceLocation | undefined): string {
  return at ? ` at ${basename(at.file)}:${at.line}` : '';
}

function listNodes(ranks: readonly number[]): string {
  return ranks.length === 1 ? `Node ${ranks[0]} has` : `Nodes ${ranks.join(', ')} have`;
}
