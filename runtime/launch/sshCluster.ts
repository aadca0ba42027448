/**
 * Machines reached over SSH: connects to all of a cluster's at once, uploads what each lacks, and starts a relay on
 * each. A bundle of its own (`dist/ssh.js`), loaded when the first such cluster is used.
 */
import { Duplex } from 'node:stream';
import type { SshCluster, SshHost } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';
import type { HostChange } from '../protocol/host';
import type { Bundle } from '../protocol/job';
import type { Answers } from '../protocol/questions';
import { relayLeaseMs } from '../protocol/relay';
import { factsOf, provision, type Provisioned, type ProvisionProgress } from '../provision';
import type { DirectPairs } from './directPairs';
import type { RoutePeer, Seat } from './nodeHost';
import { prompterOf } from './prompterOf';
import { RelayHost } from './relayHost';
import { addressOf, connectHost, type RemoteHost, shellQuote, type SshTarget } from './ssh';

export { checkSshHosts } from './sshCheck';

export interface SshClusterContext {
  /** The cluster's name. */
  name: string;
  /** Folder of the runtime's bundles here. */
  distribution: string;
  bundle: Bundle;
  ask: Answers;
  /** The machines that are connected already, by their name and way in; new ones are added. */
  open: Map<string, SshMachine>;
  /** The direct links of this run's machines. */
  direct: DirectPairs;
  route: RoutePeer;
  onLink(stream: Duplex): void;
  /** What is new of a machine. */
  onHost(change: HostChange): void;
}

/** A machine with a relay on it. */
export interface SshMachine {
  host: RelayHost;
  slots: SshHost;
  /** Uploads a program and its data, as far as the machine does not have them. */
  take(bundle: Bundle): Promise<void>;
  seatFor(bundle: Bundle): Seat;
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
    const hosts = machines.map(async ({ host, slots }) => {
      const address = slots.address ?? (await addressOf(targetOf(cluster, slots)));
      return { host, address, ports: slots.directPorts ?? cluster.directPorts };
    });
    await context.direct.connect(await Promise.all(hosts));
  }
  return machines;
}

async function openMachines(cluster: SshCluster, context: SshClusterContext): Promise<SshMachine[]> {
  const outcomes = await Promise.allSettled(
    cluster.hosts.map((slots) =>
      openMachine(cluster, slots, context).catch((error: unknown) => {
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

async function openMachine(
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
  const machine = await connectMachine(cluster, slots, context, () => context.open.delete(key));
  context.open.set(key, machine);
  return machine;
}

async function connectMachine(
  cluster: SshCluster,
  slots: SshHost,
  context: SshClusterContext,
  onClosed: () => void,
): Promise<SshMachine> {
  const { ask, distribution } = context;
  const tell = (change: Partial<HostChange>) => context.onHost({ name: slots.host, ...change });
  const prompter = prompterOf(ask);
  const reach = () => connectHost(targetOf(cluster, slots), prompter);
  const supply = (to: RemoteHost, bundle: Bundle): Promise<Provisioned> =>
    provision(
      to,
      { runtime: distribution, bundles: [bundle] },
      { node: slots.node ?? cluster.node, nodeArchive: cluster.nodeArchive },
      wholePercents((fraction) => tell({ state: 'uploading', fraction })),
    );

  tell({ state: 'connecting' });
  let remote = await reach();
  try {
    const there = await supply(remote, context.bundle);
    const programs = new Map([[context.bundle.hash, there]]);
    tell({ state: 'starting', facts: factsOf(there.facts) });
    const host: RelayHost = await RelayHost.open({
      name: slots.host,
      leaseMs: relayLeaseMs,
      openPipe: async (runDirectory) => {
        if (runDirectory !== undefined) {
          remote.dispose();
          remote = await reach();
        }
        return openRelay(remote, there, distribution, runDirectory);
      },
      entry: there.pathOf(`${distribution}/node.js`),
      route: context.route,
      onLink: (stream) => context.onLink(stream),
      onReachable: (reachable) => tell({ state: reachable ? 'ready' : 'unreachable' }),
      onDirectChanged: (other, state) => {
        const news = context.direct.changed(host.id, other, state);
        if (news) tell({ state: 'ready', ...news });
      },
      onPulse: (load) => tell({ load }),
      onClosed: (error) => {
        context.direct.forget(host.id);
        tell(error ? { state: 'lost', reason: error.message } : { state: 'closed' });
        remote.dispose();
        onClosed();
      },
    });
    tell({ state: 'ready' });
    return {
      host,
      slots,
      async take(bundle) {
        programs.set(bundle.hash, await supply(remote, bundle));
        tell({ state: 'ready' });
      },
      seatFor(bundle) {
        const supplied = programs.get(bundle.hash) as Provisioned;
        const bundlePath = supplied.pathOf(bundle.path);
        const cwd = bundlePath.slice(0, bundlePath.lastIndexOf('/'));
        return { host, node: { path: supplied.node, env: {} }, bundlePath, cwd };
      },
    };
  } catch (error) {
    remote.dispose();
    throw error;
  }
}

/** Tells of an upload when another whole percent of it is done, and no more often. */
function wholePercents(tell: (fraction: number) => void): (progress: ProvisionProgress) => void {
  let told = -1;
  return ({ sentBytes, totalBytes }) => {
    const percent = Math.floor((100 * sentBytes) / Math.max(1, totalBytes));
    if (percent === told) return;
    told = percent;
    tell(percent / 100);
  };
}

/** A host as it is reached, with what its cluster says of all of them. */
function targetOf({ backend, configFile }: SshCluster, slots: SshHost): SshTarget {
  return { ...slots, backend, configFile };
}

/** A relay on the machine, its standard streams as one: a new one, or that of a run directory. */
async function openRelay(
  remote: RemoteHost,
  there: Provisioned,
  distribution: string,
  runDirectory: string | undefined,
): Promise<Duplex> {
  const words = [there.node, there.pathOf(`${distribution}/relay.js`)];
  if (runDirectory !== undefined) words.push('attach', runDirectory);
  const { stdin, stdout, stderr } = await remote.exec(`exec ${words.map(shellQuote).join(' ')}`);
  stderr.resume();
  // A channel of the library is both in one; what is made of two costs more.
  return stdout instanceof Duplex && Object.is(stdin, stdout)
    ? stdout
    : Duplex.from({ readable: stdout, writable: stdin });
}
