import type { Choice, NodeView, PolicyContext, TaskView } from '../model';

/** A number for placing a task on a node; lower is better. */
export type Score = (task: TaskView, node: NodeView, context: PolicyContext) => number;

/** Chooses the candidate with the lowest score; among equals the one whose turn it is. Cost: one score a candidate. */
export function chooseLeast(
  score: Score,
  task: TaskView,
  candidates: readonly NodeView[],
  context: PolicyContext,
): Choice {
  const scores = candidates.map((node) => score(task, node, context));
  const first = context.turn % candidates.length;
  let best = first;
  for (let step = 1; step < candidates.length; step += 1) {
    const index = (first + step) % candidates.length;
    if ((scores[index] as number) < (scores[best] as number)) best = index;
  }
  return { node: candidates[best] as NodeView, scores };
}
