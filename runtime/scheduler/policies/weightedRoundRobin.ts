import type { Policy } from '../model';

/**
 * In turn, but a node of weight 2 is due twice as often as one of weight 1, evenly spread: each placement gives every
 * node credit by its weight and takes the sum from the one that is chosen ("smooth weighted round robin", as in nginx).
 * Cost: one step a candidate.
 */
export function weightedRoundRobin(): Policy {
  const credits = new Map<number, number>();
  return {
    name: 'weighted-round-robin',
    scoreMeaning: 'credit, negated: the node with the most credit is due',
    order: 'arrival',
    rebalances: false,
    choose(_task, candidates) {
      let total = 0;
      let best = candidates[0];
      const scores: number[] = [];
      for (const node of candidates) {
        const credit = (credits.get(node.rank) ?? 0) + node.weight;
        credits.set(node.rank, credit);
        total += node.weight;
        scores.push(-credit);
        if (!best || credit > (credits.get(best.rank) ?? 0)) best = node;
      }
      if (!best) throw new RangeError('a policy needs a candidate');
      credits.set(best.rank, (credits.get(best.rank) ?? 0) - total);
      return { node: best, scores };
    },
  };
}
