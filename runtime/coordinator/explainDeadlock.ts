/** Says why nodes can never go on: who waits for whom, in which call, at which line, and what usually helps. */
import { LockstepError } from '../protocol/errors';
import type { Finding, JobFailure } from '../protocol/job';
import {
  describeCall,
  describeRequests,
  describeWait,
  isReceive,
  ranksWaitedFor,
  type Wait,
  type WaitingMessages,
} from '../protocol/node';
import type { Standing } from './deadlock';
import { advice } from './deadlockAdvice';
import { callsOf, isCollective, nameNodes, place, sentence, type StuckNode, stuckWaits } from './stuckNode';

/** How a job fails whose nodes can never go on: at the first of them, with the lines of all. */
export function deadlockFailure(
  nodes: readonly Standing[],
  stuck: readonly number[],
  faults: readonly string[] = [],
): JobFailure {
  const others = nodes.filter((node, rank) => node !== 'ended' && !stuck.includes(rank));
  const who = others.length === 0 ? 'no node can go on' : 'these nodes can never go on';
  const error = new LockstepError('deadlock', { who, explanation: explainDeadlock(nodes, stuck, faults) });
  const places = stuckWaits(nodes, stuck).map(({ rank, wait }): Finding => ({
    rank,
    at: wait.at,
    text: `Node ${rank} ${verb(wait, 1)} ${describe(wait)} here.`,
  }));
  const [first] = places;
  return { rank: first?.rank, at: first?.at, error: error.toWire(), places };
}

/** The explanation, by what the nodes stand in and the ranks of those that are stuck; faults made on purpose are the first suspects. */
export function explainDeadlock(
  nodes: readonly Standing[],
  stuck: readonly number[],
  faults: readonly string[] = [],
): string {
  const waits = stuckWaits(nodes, stuck);
  const lines = rollCall(waits, nodes);
  const ended = [...nodes.keys()].filter((rank) => nodes[rank] === 'ended');
  if (ended.length > 0) lines.push(`${sentence(nameNodes(ended))} ${have(ended)} ended.`);
  lines.push(
    ...waits.filter(asks).flatMap(({ rank, wait }) => (wait.waiting ?? []).map((kind) => lies(rank, kind))),
  );
  const cycle = findCycle(nodes, stuck);
  if (cycle) lines.push(`They wait for each other: ${[...cycle, cycle[0]].join(' -> ')}.`);
  lines.push(...(faults.length > 0 ? faults : [advice(waits, nodes, cycle)]));
  return lines.map((line) => `  ${line}`).join('\n');
}

/** Who waits in which call; nodes in the same call at the same place share a line. */
function rollCall(waits: readonly StuckNode[], nodes: readonly Standing[]): string[] {
  const groups = new Map<string, { wait: Wait; ranks: number[] }>();
  for (const { rank, wait } of waits) {
    const what = describeStuck(wait, nodes);
    const group = groups.get(what) ?? { wait, ranks: [] };
    group.ranks.push(rank);
    groups.set(what, group);
  }
  return [...groups].map(
    ([what, { wait, ranks }]) => `${nameNodes(ranks)} ${verb(wait, ranks.length)} ${what}`,
  );
}

function describeStuck(wait: Wait, nodes: readonly Standing[]): string {
  const size = wait.bytes === undefined ? '' : `, ${wait.bytes} bytes, above the eager limit`;
  const gone = isCollective(wait) ? [] : ranksWaitedFor(wait).filter((peer) => nodes[peer] === 'ended');
  const why = gone.length === 0 ? '' : `, but ${nameNodes(gone)} ${have(gone)} ended`;
  const lines = new Set((wait.requests ?? []).flatMap(({ at }) => (at ? [at.line] : [])));
  const isHere = lines.size === 1 && lines.has(wait.at?.line ?? 0);
  const made = lines.size === 0 || isHere ? '' : ` (made in line ${[...lines].join(', ')})`;
  return `${describe(wait)}${place(wait.at)}${made}${size}${why}`;
}

/** `waits in` a call, `awaits` a request, `waits` for a task. */
function verb({ operation, idle }: Wait, nodes: number): string {
  if (idle !== undefined) return nodes === 1 ? 'waits' : 'wait';
  if (operation === 'await') return nodes === 1 ? 'awaits' : 'await';
  return nodes === 1 ? 'waits in' : 'wait in';
}

/** Whom a collective's algorithm waits for just now says nothing about the mistake. */
function describe(wait: Wait): string {
  if (wait.idle !== undefined) return wait.idle.replace(/^a?waits /, '');
  if (wait.operation === 'await') return describeRequests(wait);
  return isCollective(wait) ? describeCall(wait) : describeWait(wait);
}

/** What lies at a node says something where it receives, and on the communicator that it lies for. */
function asks(node: StuckNode): boolean {
  return callsOf(node).some(
    ({ operation, communicator }) => isReceive(operation) && communicator === 'world',
  );
}

function lies(rank: number, { source, tag, messages }: WaitingMessages): string {
  const what = messages === 1 ? 'a message' : `${messages} messages`;
  return `At node ${rank} ${what} from node ${source} with tag ${tag} ${messages === 1 ? 'waits' : 'wait'} to be received.`;
}

/** Ranks that wait for each other in a circle, if there are such. */
function findCycle(nodes: readonly Standing[], stuck: readonly number[]): number[] | undefined {
  const next = (rank: number): number | undefined => {
    const { wait } = nodes[rank] as { wait: Wait };
    return isCollective(wait) ? undefined : ranksWaitedFor(wait).find((peer) => stuck.includes(peer));
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

const have = (ranks: readonly number[]): string => (ranks.length === 1 ? 'has' : 'have');
