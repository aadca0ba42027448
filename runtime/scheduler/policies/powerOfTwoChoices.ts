import type { NodeView, Policy } from '../model';

/**
 * The less loaded of two nodes drawn at random. The longest queue is O(log log n) with high probability, against
 * O(log n / log log n) for one draw (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 1996), at the
 * price of asking two nodes instead of all.
 */
export const powerOfTwoChoices: Policy = {
  name: 'power-of-two-choices',
  scoreMeaning: 'tasks waiting and running, of the two that were drawn',
  order: 'arrival',
  rebalances: false,
  choose(_task, candidates, context) {
    const draw = (size: number) => Math.floor(context.random() * size);
    const first = draw(candidates.length);
    let second = draw(candidates.length - 1);
    if (second >= first) second += 1;
    const scores = candidates.map((node, index) =>
      index === first || index === second ? node.queued + node.running : NaN,
    );
    const better = candidates.length > 1 && (scores[second] as number) < (scores[first] as number);
    return { node: candidates[better ? second : first] as NodeView, scores };
  },
};
