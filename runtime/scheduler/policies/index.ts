/** The policies by name. */
import type { Policy } from '../model';
import { leastLoad } from './leastLoad';
import { leastOutstandingWork, longestFirst, shortestFirst } from './leastOutstandingWork';
import { localityAware } from './localityAware';
import { powerOfTwoChoices } from './powerOfTwoChoices';
import { random } from './random';
import { resourceAware } from './resourceAware';
import { roundRobin } from './roundRobin';
import { weightedRoundRobin } from './weightedRoundRobin';
import { workStealing } from './workStealing';

const makers: Record<string, () => Policy> = {
  'round-robin': () => roundRobin,
  'weighted-round-robin': weightedRoundRobin,
  random: () => random,
  'power-of-two-choices': () => powerOfTwoChoices,
  'least-load': () => leastLoad,
  'least-outstanding-work': () => leastOutstandingWork,
  'resource-aware': () => resourceAware,
  'locality-aware': () => localityAware,
  'shortest-first': () => shortestFirst,
  'longest-first': () => longestFirst,
  'work-stealing': () => workStealing('mostWork'),
  'work-stealing/longestQueue': () => workStealing('longestQueue'),
  'work-stealing/random': () => workStealing('random'),
};

/** Names of the built-in policies. */
export const policyNames: readonly string[] = Object.keys(makers);

/** A built-in policy; undefined if there is none of this name. */
export function policyNamed(name: string): Policy | undefined {
  return Object.hasOwn(makers, name) ? makers[name]?.() : undefined;
}
