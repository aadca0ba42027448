import { dirname } from 'node:path';
import { findConfigurations, pickCluster } from '../core/configuration';
import { type ClusterConfiguration, maximumNodes, nodeCount } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';

/** The cluster that is asked for, or the default one, and the number of nodes on it. */
export function clusterOf(
  spec: { program: string; cluster?: string; nodes?: number },
  workspace: string,
): { name: string; cluster: ClusterConfiguration; size: number } {
  const found = findConfigurations(dirname(spec.program), workspace);
  const { name, cluster } = pickCluster(found, spec.cluster);
  const size = spec.nodes ?? nodeCount(cluster);
  if (Number.isInteger(size) && size >= 1 && size <= maximumNodes) return { name, cluster, size };
  const expected = `a whole number from 1 to ${maximumNodes}`;
  throw new LockstepError('badArgument', { name: 'nodes', value: String(size), expected, next: 'Try 4.' });
}
