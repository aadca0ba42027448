/** Paths of this machine in `lockstep.json`. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ClusterConfiguration, LockstepConfiguration } from '../protocol/configuration';

/** A configuration whose paths of this machine are absolute: taken from the file's folder, `~` as the user's home. */
export function resolvePaths(configuration: LockstepConfiguration, folder: string): LockstepConfiguration {
  const names = Object.entries(configuration.clusters);
  const clusters = names.map(([name, cluster]) => [name, resolveCluster(cluster, folder)] as const);
  return { ...configuration, clusters: Object.fromEntries(clusters) };
}

function resolveCluster(cluster: ClusterConfiguration, folder: string): ClusterConfiguration {
  if (cluster.type !== 'ssh') return cluster;
  return {
    ...cluster,
    ...resolved(cluster, ['nodeArchive', 'configFile'], folder),
    hosts: cluster.hosts.map((host) => ({ ...host, ...resolved(host, ['identityFile'], folder) })),
  };
}

/** Those of the named properties that are there, as absolute paths. */
function resolved<K extends string>(
  from: { [key in K]?: string },
  names: readonly K[],
  folder: string,
): Partial<Record<K, string>> {
  const entries = names.flatMap((name) => {
    const path = from[name];
    return path === undefined ? [] : [[name, absolutePath(path, folder)]];
  });
  return Object.fromEntries(entries) as Partial<Record<K, string>>;
}

function absolutePath(path: string, folder: string): string {
  return /^~(?:[/\\]|$)/.test(path) ? join(homedir(), path.slice(1)) : resolve(folder, path);
}
