/** Faults made on purpose, as trees and views say them of one node or of one way between two. */
import { hasRank, isOnEdge, listOf } from '../../runtime/protocol/faultEdges';
import {
  isMessageFault,
  type LastingFault,
  type MessageFault,
  type Ranks,
} from '../../runtime/protocol/faults';
import { formatShare } from './numberFormat';
import { formatRanks } from '../../runtime/protocol/rankList';

/** What is wrong on the way from one node to another. */
export interface EdgeFault {
  cut: boolean;
  /** `cut`, or all that is wrong, in few words: `loses 10 %, 20 ms late`. */
  words: string;
}

const incoming = ' (incoming)';
const cutOff = 'cut off';

/** The faults that a node has part in: of its process, and of messages where it is named, or all nodes are. */
export function faultsOfNode(active: readonly LastingFault[], rank: number): LastingFault[] {
  return active.filter((fault) => {
    if (!isMessageFault(fault)) return fault.node === rank;
    if (fault.fault === 'cut') return fault.sides.some((side) => hasRank(side, rank));
    const { from, to } = fault;
    if (from === undefined && to === undefined) return true;
    return names(from, rank) || names(to, rank);
  });
}

/** What is wrong with a node, in a few words each: `stopped`, `slowed to 10 %`, `cut off`, `loses 10 %`. */
export function nodeFaultWords(active: readonly LastingFault[], rank: number, size: number): string[] {
  const words = faultsOfNode(active, rank).map((fault) => {
    if (!isMessageFault(fault)) return processWords(fault);
    if (fault.fault === 'cut') return cutWords(fault.sides, rank, size);
    const isReceiver = !names(fault.from, rank) && names(fault.to, rank);
    return `${messageWords(fault)}${isReceiver ? incoming : ''}`;
  });
  // What goes wrong both ways is said once.
  return [...new Set(words)].filter(
    (each) => !words.includes(each.replace(incoming, '')) || !each.endsWith(incoming),
  );
}

/** The same of what an edge cannot show: its process, and that it is cut off from all others. */
export function drawnNodeFaults(active: readonly LastingFault[], rank: number, size: number): string[] {
  const shown = faultsOfNode(active, rank).filter(
    (fault) =>
      !isMessageFault(fault) || (fault.fault === 'cut' && cutWords(fault.sides, rank, size) === cutOff),
  );
  return nodeFaultWords(shown, rank, size);
}

/** What is wrong on a way; undefined where nothing is. As in the network, the latest fault of a kind counts. */
export function edgeFault(active: readonly LastingFault[], from: number, to: number): EdgeFault | undefined {
  const kinds = new Map<string, MessageFault>();
  for (const fault of active)
    if (isMessageFault(fault) && isOnEdge(fault, from, to)) kinds.set(fault.fault, fault);
  if (kinds.size === 0) return undefined;
  if (kinds.has('cut')) return { cut: true, words: 'cut' };
  return { cut: false, words: [...kinds.values()].map(messageWords).join(', ') };
}

function processWords(fault: Exclude<LastingFault, MessageFault>): string {
  if (fault.fault === 'slow') return `slowed to ${formatShare(fault.share)}`;
  return fault.fault === 'stop' ? 'stopped' : fault.fault;
}

function messageWords(fault: MessageFault): string {
  const raw = 'raw' in fault && fault.raw ? ' for good' : '';
  switch (fault.fault) {
    case 'delay':
      return `${fault.ms} ms late`;
    case 'bandwidth':
      return `${fault.mbit} Mbit/s`;
    case 'loss':
      return `loses ${formatShare(fault.rate)}${raw}`;
    case 'duplicate':
      return `doubles ${formatShare(fault.rate)}`;
    case 'reorder':
      return `reorders ${formatShare(fault.rate)}`;
    case 'cut':
      return 'cut';
  }
}

/** A cut as one of its nodes sees it. */
function cutWords([one, other]: readonly [Ranks, Ranks], rank: number, size: number): string {
  const across = new Set([
    ...(hasRank(one, rank) ? listOf(other) : []),
    ...(hasRank(other, rank) ? listOf(one) : []),
  ]);
  across.delete(rank);
  if (across.size >= size - 1) return cutOff;
  return `cut from ${across.size === 1 ? 'node' : 'nodes'} ${formatRanks([...across])}`;
}

const names = (ranks: Ranks | undefined, rank: number): boolean =>
  ranks !== undefined && hasRank(ranks, rank);
