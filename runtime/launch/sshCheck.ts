/** Whether the machines of a cluster can be used, found out without starting anything on them. */
import type { SshCluster, SshHost } from '../protocol/configuration';
import type { HostCheck } from '../protocol/control';
import { LockstepError } from '../protocol/errors';
import { factsOf, provision } from '../provision';
import type { SshClusterContext } from './sshCluster';
import { connectHost } from './ssh';
import { prompterOf } from './prompterOf';

/** What a check needs of an {@link SshClusterContext}. */
export type CheckContext = Pick<SshClusterContext, 'name' | 'distribution' | 'ask' | 'onHost'>;

/** Connects to all machines at once, uploads the runtime to each that lacks it, and leaves them. Never rejects. */
export function checkSshHosts(cluster: SshCluster, context: CheckContext): Promise<HostCheck[]> {
  return Promise.all(cluster.hosts.map((host) => check(cluster, host, context)));
}

async function check(cluster: SshCluster, target: SshHost, context: CheckContext): Promise<HostCheck> {
  const { host } = target;
  const { name, ask, distribution, onHost } = context;
  onHost({ name: host, cluster: name, state: 'connecting' });
  try {
    const { backend, configFile, nodeArchive } = cluster;
    const remote = await connectHost({ ...target, backend, configFile }, prompterOf(ask));
    try {
      const { facts } = await provision(
        remote,
        { runtime: distribution, bundles: [] },
        { node: target.node ?? cluster.node, nodeArchive },
        ({ sentBytes, totalBytes }) =>
          onHost({ name: host, state: 'uploading', fraction: sentBytes / Math.max(1, totalBytes) }),
      );
      return { host, facts: factsOf(facts) };
    } finally {
      remote.dispose();
    }
  } catch (error) {
    return { host, error: LockstepError.from(error).toWire() };
  } finally {
    onHost({ name: host, state: 'closed' });
  }
}
