import type { NodeView, Policy } from '../model';

/** Any node, each as likely as the others. The peer that every other policy is to beat. */
export const random: Policy = {
  name: 'random',
  scoreMeaning: 'none: chance decides',
  order: 'arrival',
  rebalances: false,
  choose(_task, candidates, context) {
    const node = candidates[Math.floor(context.random() * candidates.length)] as NodeView;
    return { node, scores: candidates.map(() => NaN) };
  },
};
