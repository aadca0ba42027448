import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { findConfiguration, pickCluster } from '../core/configuration';
import { type ClusterConfiguration, maximumNodes } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';

/** The cluster that is asked for, or the default of the program's folder, and the number of nodes on it. */
export function clusterOf(
  spec: { program: string; cluster?: string; nodes?: number },
  workspace: string,
): { name: string; cluster: ClusterConfiguration; size: number } {
  const found = findConfiguration(spec.cluster ? workspace : dirname(spec.program));
  const { name, cluster } = pickCluster(found, spec.cluster);
  const size = spec.nodes ?? cluster.nodes;
  if (Number.isInteger(size) && size >= 1 && size <= maximumNodes) return { name, cluster, size };
  const expected = `a whole number from 1 to ${maximumNodes}`;
  throw new LockstepError('badArgument', { name: 'nodes', value: String(size), expected, next: 'Try 4.' });
}

/** The heap limit of each node: as the cluster says, or half of the machine's memory shared between them. */
export function heapMiBOf({ memoryMiB }: ClusterConfiguration, nodes: number): number {
  const share = totalmem() / 2 ** 20 / 2 / Math.max(nodes, cpus().length);
  return memoryMiB ?? Math.round(Math.min(4096, Math.max(128, share)));
}
