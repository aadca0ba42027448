/** The machines of a cluster that takes what it finds on the network when a job starts. */
import { findMachines } from '../discovery';
import type { SshCluster, SshHost } from '../protocol/configuration';
import { type Drops, type FoundMachine, formatLabels, hostOf } from '../protocol/discovery';
import { LockstepError } from '../protocol/errors';

/** A cluster whose hosts are all named, and the cores of those that were found. */
export interface ResolvedCluster {
  cluster: SshCluster;
  coresOf(host: SshHost): number | undefined;
}

/**
 * The cluster with the machines that announce themselves with its labels just now. Throws
 * LockstepError(noMachineFound), which names the labels and who else is there, and what `findMachines` throws.
 */
export async function withFoundHosts(cluster: SshCluster): Promise<ResolvedCluster> {
  if (!cluster.discover) return { cluster, coresOf: () => undefined };
  const { labels = {}, interface: wanted } = cluster.discover;
  const { machines, all, drops } = await findMachines(labels, { interface: wanted });
  if (machines.length === 0 && cluster.hosts.length === 0) {
    throw new LockstepError('noMachineFound', {
      labels: formatLabels(labels) || 'the lab token',
      seen: describeOthers(all, drops),
    });
  }
  return resolve(cluster, machines);
}

/** The machines as further hosts; one that the cluster names stays as it is named. */
export function resolve(cluster: SshCluster, machines: readonly FoundMachine[]): ResolvedCluster {
  const cores = new Map(machines.map((machine) => [keyOf(hostOf(machine)), machine.resources.cores]));
  const named = new Set(cluster.hosts.map(keyOf));
  const found = machines.map(hostOf).filter((host) => !named.has(keyOf(host)));
  return {
    cluster: { ...cluster, hosts: [...cluster.hosts, ...found] },
    coresOf: (host) => cores.get(keyOf(host)),
  };
}

const keyOf = ({ host, port = 22 }: SshHost): string => `${host} ${port}`;

function describeOthers(machines: readonly FoundMachine[], drops: Drops): string {
  if (machines.length > 0) {
    const list = machines.map(({ name, labels }) => `${name} (${formatLabels(labels) || 'no labels'})`);
    return `There: ${list.join(', ')}.`;
  }
  return drops.unopened > 0 ? 'There are machines with another lab token.' : 'None has answered.';
}
