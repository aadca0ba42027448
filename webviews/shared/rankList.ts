import { formatRanks } from '../../runtime/protocol/rankList';

/** `Node 2` or `Nodes 0-3, 7`. */
export function nameNodes(ranks: readonly number[]): string {
  return `${ranks.length === 1 ? 'Node' : 'Nodes'} ${formatRanks(ranks)}`;
}
