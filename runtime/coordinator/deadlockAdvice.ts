/** What usually helps against a deadlock, by the calls that its nodes wait in: one sentence or two. */
import { isReceive, isSend, type Wait } from '../protocol/node';
import type { Standing } from './deadlock';
import { callsOf, isCollective, nameNodes, sentence, type StuckNode } from './stuckNode';

/** `cycle` holds ranks that wait for each other in a circle, if there are such. */
export function advice(
  waits: readonly StuckNode[],
  nodes: readonly Standing[],
  cycle: readonly number[] | undefined,
): string {
  return (
    strandedAdvice(waits) ??
    collectiveAdvice(waits, nodes) ??
    windowAdvice(waits, nodes) ??
    messageAdvice(waits) ??
    callAdvice(waits, cycle)
  );
}

/** Nodes that nobody else keeps: what the others wait for follows from theirs. */
function strandedAdvice(waits: readonly StuckNode[]): string | undefined {
  const stranded = waits.filter(({ wait }) => wait.stranded !== undefined);
  const ranks = stranded.map(({ rank }) => rank);
  if (ranks.length === 0) return undefined;
  if (stranded.some(({ wait }) => wait.communicator === 'tasks')) {
    return (
      'The driver awaits no task, and it has no timer, file, socket or child process at work that could settle the promise. ' +
      'Look for a "new Promise" whose resolve is never called, and an event that never comes.'
    );
  }
  const [where, has] =
    ranks.length === 1 ? [`On node ${ranks[0]}`, 'it has'] : ['On these nodes', 'they have'];
  return (
    `${where} the program awaits no message, and ${has} no timer, file, socket or child process at work that could settle ` +
    'the promise. Look for a "new Promise" whose resolve is never called, an event that never comes, ' +
    'and a request of world that is made and not awaited itself: await world.irecv(…).'
  );
}

/** Nodes in a one-sided call. */
function windowAdvice(waits: readonly StuckNode[], nodes: readonly Standing[]): string | undefined {
  const inWindow = waits.filter(({ wait }) => wait.window !== undefined);
  const [first] = inWindow;
  if (!first) return undefined;
  const { operation, peer } = first.wait;
  if (operation === 'start') return 'start waits until each of its targets has called post with this node.';
  if (operation === 'wait')
    return 'wait waits until each node that post named has called start and complete.';
  const lock = inWindow.find(({ wait }) => wait.operation === 'lock');
  if (lock && nodes[lock.wait.peer ?? -1] !== 'ended') {
    return 'A lock is held until unlock: unlock before waiting for another node, and lock several parts in the same order everywhere, the lowest rank first.';
  }
  const who = peer === undefined ? 'a node' : `node ${peer}`;
  return `What is asked of ${who} is done while it is in a communication call, and not after its program has returned: let all nodes call free() on the window at the end, which waits for all.`;
}

/** Nodes in a collective that the others do not make: another one, one less, or none. */
function collectiveAdvice(waits: readonly StuckNode[], nodes: readonly Standing[]): string | undefined {
  const first = waits.find(({ wait }) => isCollective(wait))?.wait;
  if (!first) return undefined;
  const within = waits.filter(({ wait }) => isCollective(wait) && wait.communicator === first.communicator);
  const byNumber = groupBy(within, ({ wait }) => wait.ordinal ?? 0);
  if (byNumber.length > 1) return countAdvice(byNumber, first.communicator);
  const byCall = groupBy(within, ({ wait }) => nameOf(wait));
  if (byCall.length > 1) {
    const odd = oddOut(byCall);
    const who = odd ? `: ${nameNodes(odd)} ${odd.length === 1 ? 'is' : 'are'} the odd one out` : '';
    return `All nodes must make the same collective calls in the same order, with the same root and operation${who}.`;
  }
  const call = nameOf(first);
  const present = new Set(within.map(({ rank }) => rank));
  const absent = [...nodes.keys()].filter((rank) => !present.has(rank));
  const isWorld = first.communicator === 'world';
  const who = isWorld && absent.length > 0 ? `, and ${nameNodes(absent)} did not` : '';
  return `Every node must call ${call}${who}: look for an "if" or an early return that leaves a node out.`;
}

/** Some have made more collective calls than others. */
function countAdvice(groups: readonly StuckNode[][], communicator: string): string {
  const counts = groups
    .map((group) => ({ ordinal: group[0]?.wait.ordinal ?? 0, ranks: group.map(({ rank }) => rank) }))
    .sort((a, b) => a.ordinal - b.ordinal)
    .map(
      ({ ordinal, ranks }) => `${nameNodes(ranks)} ${ranks.length === 1 ? 'is' : 'are'} in number ${ordinal}`,
    );
  return `${sentence(counts.join(', '))} of their collective calls on ${communicator}: who is behind has left one out, or the others have made one too many.`;
}

/** A message that lies there and is not the one that is asked for. */
function messageAdvice(waits: readonly StuckNode[]): string | undefined {
  for (const node of waits) {
    for (const { operation, communicator, peer = -1, tag = -1 } of callsOf(node)) {
      if (!isReceive(operation) || communicator !== 'world') continue;
      const { rank, wait } = node;
      const otherTag = wait.waiting?.find((kind) => (peer < 0 || kind.source === peer) && kind.tag !== tag);
      if (otherTag) {
        return `The tags differ: node ${rank} asks for tag ${tag}, and what node ${otherTag.source} sent has tag ${otherTag.tag}. A message is received only with its own tag, or with ANY_TAG.`;
      }
      const otherSource = wait.waiting?.find((kind) => kind.source !== peer && (tag < 0 || kind.tag === tag));
      if (otherSource) {
        return `Node ${rank} asks for a message of node ${peer}, and has one of node ${otherSource.source}. Where a recv from any source came before, it may have taken the other: it takes what comes first, which differs from run to run. Name the source, or tell the messages apart by their tags.`;
      }
    }
  }
  return undefined;
}

/** Sends and receives that do not meet. */
function callAdvice(waits: readonly StuckNode[], cycle: readonly number[] | undefined): string {
  const inCycle = cycle ? waits.filter(({ rank }) => cycle.includes(rank)) : waits;
  const calls = inCycle.flatMap(callsOf);
  if (cycle?.length === 1) {
    return 'A node that sends to itself must have posted the receive before: irecv first, then send, then wait.';
  }
  if (cycle && calls.every(({ operation }) => isSend(operation))) {
    return (
      'Each of them sends before it receives, and such a send waits for its receive: a message above the eager limit ' +
      'does, and ssend. Let one side receive first, or use sendrecv, or isend and waitAll.'
    );
  }
  if (cycle && calls.every(({ operation }) => isReceive(operation))) {
    return (
      'Each of them receives before it sends, so that no message is ever on its way. Let one side send first, or use ' +
      'sendrecv, or irecv before the send. If they have sent: look at where to, and at the tag.'
    );
  }
  const sends = waits.filter(({ wait }) => isSend(wait.operation));
  if (sends.length === waits.length) {
    return 'Every send above the eager limit, and every ssend, needs a recv with its source and tag: look for one that is missing or has another tag.';
  }
  return 'Every recv needs a send with its source and tag: look for a send that is missing, goes to another node, has another tag, or comes too late.';
}

const nameOf = (wait: Wait): string => wait.collective ?? wait.operation;

function groupBy<K>(waits: readonly StuckNode[], key: (node: StuckNode) => K): StuckNode[][] {
  const groups = new Map<K, StuckNode[]>();
  for (const node of waits) groups.set(key(node), [...(groups.get(key(node)) ?? []), node]);
  return [...groups.values()];
}

/** The ranks of the smallest group, where there is one. */
function oddOut(groups: readonly StuckNode[][]): number[] | undefined {
  const [smallest, next] = [...groups].sort((a, b) => a.length - b.length);
  if (!smallest || smallest.length === next?.length) return undefined;
  return smallest.map(({ rank }) => rank);
}
