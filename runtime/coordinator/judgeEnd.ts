import type { Finding, JobFailure } from '../protocol/job';
import type { Leftovers } from '../protocol/messages';
import { collectiveFailure } from './compareCollectives';
import { describeLeftovers } from './describeLeftovers';

/** What is to be said of a job whose programs have all returned, by what each left behind: it has failed, or warnings. */
export function judgeEnd(left: readonly (Leftovers | undefined)[]): {
  failure?: JobFailure;
  warnings: Finding[];
} {
  const failure = collectiveFailure(left.map((each) => each?.collectives));
  return failure ? { failure, warnings: [] } : { warnings: describeLeftovers(left) };
}
