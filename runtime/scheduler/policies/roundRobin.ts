import type { Choice, NodeView, Policy, PolicyContext, TaskView } from '../model';

/** Each node in turn, whatever it has to do. The score is the number of turns until it is a node's turn. */
export const roundRobin: Policy = {
  name: 'round-robin',
  scoreMeaning: 'turns until it is its turn',
  order: 'arrival',
  rebalances: false,
  choose(_task: TaskView, candidates: readonly NodeView[], { turn }: PolicyContext): Choice {
    const size = candidates.length;
    const scores = candidates.map((_, index) => (index - (turn % size) + size) % size);
    return { node: candidates[turn % size] as NodeView, scores };
  },
};
