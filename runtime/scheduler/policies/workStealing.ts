import type { NodeView, Policy, PolicyContext } from '../model';
import { localityAware } from './localityAware';

/** From whom a node steals that has nothing to do. */
export type VictimRule = 'longestQueue' | 'mostWork' | 'random';

const victims: Record<VictimRule, (others: readonly NodeView[], context: PolicyContext) => NodeView> = {
  longestQueue: (others) => others.reduce((a, b) => (b.queued > a.queued ? b : a)),
  mostWork: (others) => others.reduce((a, b) => (b.outstandingMs > a.outstandingMs ? b : a)),
  random: (others, context) => others[Math.floor(context.random() * others.length)] as NodeView,
};

/**
 * Tasks go where their arguments are; a node that has nothing to do takes a waiting task from another one. With random
 * victims the expected time is T1/P + O(T∞) (Blumofe and Leiserson 1999).
 */
export function workStealing(rule: VictimRule = 'mostWork'): Policy {
  return {
    ...localityAware,
    name: rule === 'mostWork' ? 'work-stealing' : `work-stealing/${rule}`,
    rebalances: false,
    victim(_thief, others, context) {
      const loaded = others.filter((node) => node.queued > 0);
      return loaded.length > 0 ? victims[rule](loaded, context) : undefined;
    },
  };
}
