/** Says of all nodes of a job where they are: those at the same place together, the odd ones first. */
import { describeCall, describeWait, type Wait } from '../protocol/node';
import type { RollCall, RollCallGroup, Whereabouts } from '../protocol/rollCall';
import { isCollective, nameNodes, place, sentence } from './stuckNode';

/** The roll call of a job, by rank. */
export function rollCall(nodes: readonly Whereabouts[]): RollCall {
  const groups = new Map<string, RollCallGroup>();
  for (const [rank, node] of nodes.entries()) {
    const text = describe(node);
    const group = groups.get(text) ?? {
      ranks: [],
      text,
      at: node.wait?.at ?? node.awaits?.[0]?.at ?? node.at,
    };
    group.ranks.push(rank);
    groups.set(text, group);
  }
  const sorted = [...groups.values()].sort(
    (a, b) => a.ranks.length - b.ranks.length || Number(waits(a)) - Number(waits(b)),
  );
  return { groups: sorted, text: sorted.map(sentenceOf).join('\n') };
}

/** Of two that are as odd, who waits is less to blame. */
const waits = ({ text }: RollCallGroup): boolean => /^a?waits /.test(text);

/** `Node 2 computes at a.ts:20.`, `Nodes 0, 1, 3 wait in barrier at a.ts:12.` */
function sentenceOf({ ranks, text }: RollCallGroup): string {
  const [verb = '', ...rest] = text.split(' ');
  const fitting = ranks.length === 1 ? verb : (plurals[verb] ?? verb);
  return `${sentence(nameNodes(ranks))} ${[fitting, ...rest].join(' ')}.`;
}

const plurals: Record<string, string> = {
  computes: 'compute',
  waits: 'wait',
  awaits: 'await',
  stands: 'stand',
  has: 'have',
  is: 'are',
};

function describe({ state, wait, at, awaits }: Whereabouts): string {
  switch (state) {
    case 'blocked':
      if (!wait) return 'waits in a call';
      return `${wait.operation === 'await' ? 'awaits' : 'waits in'} ${describePlaced(wait)}`;
    case 'paused':
      return `stands in the debugger${wait ? `, in ${describePlaced(wait)}` : place(at)}`;
    case 'done':
      return 'has returned';
    case 'running':
    case 'busy':
      return describeRunning(at, awaits ?? []);
    case 'starting':
    case 'suspect':
    case 'dead':
      return `is ${state}`;
  }
}

/** What is awaited comes first: the event loop is idle then, or nearly. */
function describeRunning(at: Whereabouts['at'], awaits: readonly Wait[]): string {
  if (at) return `computes${place(at)}`;
  if (awaits.length > 0) return `awaits ${awaits.map(describePlaced).join(', ')}`;
  return 'awaits an event that is no message, or computes outside the program';
}

function describePlaced(wait: Wait): string {
  // Whom a collective's algorithm waits for just now parts nodes that are in the same call.
  const isOne = wait.operation === 'await' && wait.requests?.length === 1;
  const call = isOne ? wait.requests?.[0] : isCollective(wait) ? wait : undefined;
  const at = wait.at ?? wait.requests?.[0]?.at;
  return `${call ? describeCall(call) : describeWait(wait)}${place(at)}`;
}
