import { LockstepError } from '../protocol/errors';
import type { NodeView, Policy, PolicyContext, TaskView } from '../scheduler/model';
import { policyNamed, policyNames } from '../scheduler/policies';

/**
 * A policy of the program's own: names one of the nodes that could hold the task. It is a pure function of what it is
 * given, which is what the built-in policies get.
 *
 * @example
 * scheduler.setPolicy(function fewest(task, nodes) {
 *   return nodes.reduce((a, b) => (b.queued + b.running < a.queued + a.running ? b : a));
 * });
 */
export type Choose = (task: TaskView, nodes: readonly NodeView[], context: PolicyContext) => NodeView;

/** A policy by its name, or made of a function; `onError` is told if that fails. Throws `unknownPolicy`. */
export function policyOf(given: string | Choose, onError: (error: unknown) => void): Policy {
  if (typeof given === 'string') {
    const policy = policyNamed(given);
    if (policy) return policy;
    throw new LockstepError('unknownPolicy', { name: given, known: policyNames.join(', ') });
  }
  const name = given.name || 'own policy';
  return {
    name,
    scoreMeaning: 'none: the program chooses',
    order: 'arrival',
    rebalances: true,
    choose(task, candidates, context) {
      const scores = candidates.map(() => NaN);
      try {
        const node = given(task, candidates, context);
        if (candidates.includes(node)) return { node, scores };
        onError(new LockstepError('badChoice', { policy: name, task: task.name }));
      } catch (error) {
        onError(error);
      }
      return { node: candidates[0] as NodeView, scores };
    },
  };
}
