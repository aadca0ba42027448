import type { Finding, JobFailure } from '../protocol/job';
import { collectiveFailure } from './compareCollectives';
import { describeLeftovers } from './describeLeftovers';
import type { NodeHandle } from './nodeHandle';

/**
 * What is to be said of a job whose programs have all returned, by what each left behind: it has failed, or warnings.
 * Where a node died on the way, the others were interrupted in their calls, and what they left says nothing; nor does it
 * where one left, as only jobs of tasks let one go.
 */
export function judgeEnd(nodes: readonly Pick<NodeHandle, 'finished' | 'lost' | 'leaving'>[]): {
  failure?: JobFailure;
  warnings: Finding[];
} {
  if (nodes.some(({ lost, leaving }) => lost || leaving)) return { warnings: [] };
  const left = nodes.map(({ finished }) => finished?.leftovers);
  const failure = collectiveFailure(left.map((each) => each?.collectives));
  return failure ? { failure, warnings: [] } : { warnings: describeLeftovers(left) };
}
