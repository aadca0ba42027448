/** Which ways between nodes a fault is on. */
import type { MessageFault, Ranks } from './faults';

/** Whether a fault is on the way from one node to another. */
export function isOnEdge(fault: MessageFault, from: number, to: number): boolean {
  if (fault.fault !== 'cut') return hasRank(fault.from, from) && hasRank(fault.to, to);
  const [one, other] = fault.sides;
  if (hasRank(one, from) && hasRank(other, to)) return true;
  return !fault.oneWay && hasRank(other, from) && hasRank(one, to);
}

/** Whether a rank is among some; absent ranks are all of them. */
export function hasRank(ranks: Ranks | undefined, rank: number): boolean {
  return ranks === undefined || listOf(ranks).includes(rank);
}

/** Some ranks as a list. */
export function listOf(ranks: Ranks): readonly number[] {
  return typeof ranks === 'number' ? [ranks] : ranks;
}
