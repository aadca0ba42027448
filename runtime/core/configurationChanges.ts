/** Changes to a `lockstep.json` that leave the rest of it, comments and layout included, as its author wrote it. */
import { readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import type { ClusterConfiguration, LockstepConfiguration, SshHost } from '../protocol/configuration';
import { defaultConfiguration } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';
import { parseConfiguration } from './configuration';
import { appendInJson, setInJson } from './commentedJson';

/** The text of a file; undefined where there is none. */
export type ConfigurationText = string | undefined;

/**
 * The text with a cluster of this name; one that had the name is replaced, and keeps nothing. Throws
 * LockstepError(badConfiguration) where the text, or the text with the cluster, is not a right one.
 */
export function withCluster(
  text: ConfigurationText,
  file: string,
  name: string,
  cluster: ClusterConfiguration,
): string {
  const { text: old } = opened(text, file);
  return checked(setInJson(old, ['clusters'], name, written(cluster)), file);
}

/**
 * The text with a host in a cluster of type `ssh`, which is made with `nodes` nodes where there is none of this name.
 * The same text where the cluster has the host already. Throws LockstepError(badConfiguration), also where the cluster
 * of this name is of another type.
 */
export function withHost(
  text: ConfigurationText,
  file: string,
  name: string,
  host: SshHost,
  nodes: number,
): string {
  const { text: old, configuration } = opened(text, file);
  const cluster = Object.hasOwn(configuration.clusters, name) ? configuration.clusters[name] : undefined;
  if (cluster && cluster.type !== 'ssh') {
    const problem = `is of type "${cluster.type}", and hosts belong to one of type "ssh"; choose another name`;
    throw new LockstepError('badConfiguration', { file, path: `clusters.${name}`, problem });
  }
  if (!cluster) return withCluster(old, file, name, { type: 'ssh', nodes, hosts: [host] });
  if (cluster.hosts.some((known) => sameHost(known, host))) return old;
  if (cluster.hosts.length === 0) {
    return checked(setInJson(old, ['clusters', name], 'hosts', [writtenHost(host)]), file);
  }
  return checked(appendInJson(old, ['clusters', name, 'hosts'], writtenHost(host)), file);
}

/**
 * The text with machines in a cluster of type `ssh`, so many nodes on each. Where there is none of this name it is
 * made; else those that it does not have are added, with their nodes. Throws LockstepError(badConfiguration).
 */
export function withHosts(
  text: ConfigurationText,
  file: string,
  name: string,
  hosts: SshHost[],
  nodesEach: number,
): string {
  const { configuration } = opened(text, file);
  const known = Object.hasOwn(configuration.clusters, name) ? configuration.clusters[name] : undefined;
  if (!known) return withCluster(text, file, name, { type: 'ssh', nodes: hosts.length * nodesEach, hosts });
  const there = known.type === 'ssh' ? known.hosts : [];
  const fresh = hosts.filter((host) => !there.some((other) => sameHost(other, host)));
  const added = fresh.reduce<string>(
    (before, host) => withHost(before, file, name, { ...host, nodes: nodesEach }, nodesEach),
    opened(text, file).text,
  );
  if (known.type !== 'ssh' || fresh.length === 0) return added;
  return checked(setInJson(added, ['clusters', name], 'nodes', known.nodes + fresh.length * nodesEach), file);
}

/** The text with another cluster as the one that programs run on when none is named. */
export function withDefault(text: ConfigurationText, file: string, name: string): string {
  return checked(setInJson(opened(text, file).text, [], 'default', name), file);
}

/**
 * Changes a file as a whole: it has the old text or the new one, whatever happens in between. A link to a file stays
 * one. Throws what `change` throws, and the system's error where the file cannot be written.
 */
export async function changeConfigurationFile(
  file: string,
  change: (text: ConfigurationText) => string,
): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const old = await readFile(target, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const changed = change(old);
  if (changed === old) return;
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, changed);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

function opened(
  text: ConfigurationText,
  file: string,
): { text: string; configuration: LockstepConfiguration } {
  const whole =
    text === undefined || text.trim() === ''
      ? `${JSON.stringify(defaultConfiguration, undefined, 2)}\n`
      : text;
  return { text: whole, configuration: parseConfiguration(whole, file) };
}

function checked(text: string, file: string): string {
  parseConfiguration(text, file);
  return text;
}

/** A host is its name where nothing else is said of it. */
function writtenHost(host: SshHost): SshHost | string {
  const said = Object.entries(host).filter(([, value]) => value !== undefined);
  return said.length === 1 ? host.host : (Object.fromEntries(said) as unknown as SshHost);
}

const written = (cluster: ClusterConfiguration): unknown =>
  cluster.type === 'ssh' ? { ...cluster, hosts: cluster.hosts.map(writtenHost) } : cluster;

const sameHost = (one: SshHost, other: SshHost): boolean =>
  one.host === other.host && one.user === other.user && one.port === other.port;
