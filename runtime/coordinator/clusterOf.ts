import { dirname } from 'node:path';
import { findConfigurations, pickCluster } from '../core/configuration';
import { checkRanks } from '../core/faultPlan';
import { type ClusterConfiguration, maximumNodes, nodeCount } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';
import type { JobSpec } from '../protocol/job';

/** The cluster that is asked for, or the default one, and the number of nodes on it, which a plan of faults has to fit. */
export function clusterOf(
  spec: Pick<JobSpec, 'program' | 'cluster' | 'nodes' | 'faults'>,
  workspace: string,
): { name: string; cluster: ClusterConfiguration; size: number } {
  const found = findConfigurations(dirname(spec.program), workspace);
  const { name, cluster } = pickCluster(found, spec.cluster);
  const size = spec.nodes ?? nodeCount(cluster);
  if (!Number.isInteger(size) || size < 1 || size > maximumNodes) {
    const expected = `a whole number from 1 to ${maximumNodes}`;
    throw new LockstepError('badArgument', { name: 'nodes', value: String(size), expected, next: 'Try 4.' });
  }
  for (const fault of spec.faults?.faults ?? []) checkRanks(fault, size);
  return { name, cluster, size };
}
