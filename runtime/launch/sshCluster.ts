/**
 * Machines reached over SSH: connects to all of a cluster's at once and starts a relay on each. A bundle of its own
 * (`dist/ssh.js`), loaded when the first such cluster is used.
 */
import type { SlurmCluster, SshCluster, SshHost } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';
import { type Machine, type MachineContext, openMachine } from './machine';
import { prompterOf } from './prompterOf';
import type { RemoteHost } from './remote';
import type { Answers } from '../protocol/questions';
import { addressOf, connectHost, type SshTarget } from './ssh';

export { checkSshHosts } from './sshCheck';

export interface SshClusterContext extends MachineContext {
  /** The machines that are connected already, by their name and way in; new ones are added. */
  open: Map<string, SshMachine>;
  /** The cores of a machine, where they are known before it is reached. */
  coresOf(host: SshHost): number | undefined;
}

/** A machine, and how the cluster names it. */
export interface SshMachine extends Machine {
  named: SshHost;
}

/**
 * The cluster's machines that can be used, with the program on them. When some cannot, the user decides whether to go
 * on without them; throws the first one's LockstepError if not, or if none is left.
 */
export async function openSshMachines(
  cluster: SshCluster,
  context: SshClusterContext,
): Promise<SshMachine[]> {
  const machines = await openMachines(cluster, context);
  if (cluster.peerLinks === 'direct') {
    const hosts = machines.map(async ({ host, named }) => {
      const address = named.address ?? (await addressOf(targetOf(cluster, named)));
      return { host, address, ports: named.directPorts ?? cluster.directPorts };
    });
    await context.direct.connect(await Promise.all(hosts));
    for (const { host } of machines) {
      context.onHost({ name: host.name, state: 'ready', reason: context.direct.reasonOf(host.id) });
    }
  }
  return machines;
}

async function openMachines(cluster: SshCluster, context: SshClusterContext): Promise<SshMachine[]> {
  const outcomes = await Promise.allSettled(
    cluster.hosts.map((slots) =>
      connectMachine(cluster, slots, context).catch((error: unknown) => {
        const failure = LockstepError.from(error);
        context.onHost({ name: slots.host, state: 'failed', reason: failure.message });
        throw failure;
      }),
    ),
  );
  const open = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const errors = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [LockstepError.from(outcome.reason)] : [],
  );
  const [first] = errors;
  if (!first) return open;
  const question = {
    problems: errors.map((error) => error.message),
    remaining: open.map(({ host }) => host.name),
  };
  if (open.length > 0 && (await context.ask.goOnWithout(question))) return open;
  throw first;
}

async function connectMachine(
  cluster: SshCluster,
  slots: SshHost,
  context: SshClusterContext,
): Promise<SshMachine> {
  const key = JSON.stringify([slots, cluster.backend]);
  const known = context.open.get(key);
  context.onHost({ name: slots.host, cluster: context.name });
  if (known) {
    await known.take(context.bundle);
    return known;
  }
  const prompter = prompterOf(context.ask);
  const opened = await openMachine(
    {
      slots: { name: slots.host, nodes: slots.nodes, weight: context.coresOf(slots) },
      node: slots.node ?? cluster.node,
      nodeArchive: cluster.nodeArchive,
      reach: (signal) => connectHost(targetOf(cluster, slots), prompter, signal),
      relayLine: (command) => `exec ${command}`,
    },
    context,
    () => context.open.delete(key),
  );
  const machine = { ...opened, named: slots };
  context.open.set(key, machine);
  return machine;
}

/** A host as it is reached, with what its cluster says of all of them. */
function targetOf({ backend, configFile }: SshCluster, slots: SshHost): SshTarget {
  return { ...slots, backend, configFile };
}

/** Connects to the login machine of a lab with Slurm. Throws LockstepError: ssh…. */
export function connectLogin(
  { login = '', backend, configFile }: SlurmCluster,
  ask: Answers,
  signal?: AbortSignal,
): Promise<RemoteHost> {
  const [, user, host = login] = /^([^@]+)@(.+)$/.exec(login) ?? [];
  return connectHost({ host, user, backend, configFile }, prompterOf(ask), signal);
}
