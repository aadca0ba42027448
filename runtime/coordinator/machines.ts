/** The machines that a coordinator's jobs run on: this one, and those that its clusters name. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { DirectPairs } from '../launch/directPairs';
import { LocalHost } from '../launch/localHost';
import { findNode } from '../launch/nodeExecutable';
import type { RoutePeer, Seat } from '../launch/nodeHost';
import { placeNodes } from '../launch/placement';
import type { checkSshHosts, openSshMachines, SshMachine } from '../launch/sshCluster';
import type { ClusterConfiguration, SshCluster } from '../protocol/configuration';
import type { HostCheck } from '../protocol/control';
import type { LockstepError } from '../protocol/errors';
import type { HostChange } from '../protocol/host';
import type { Bundle, JobSpec } from '../protocol/job';
import type { Answers } from '../protocol/questions';
import { withFoundHosts } from './foundHosts';

export interface MachinesOptions {
  runDirectory: string;
  /** Path of the coordinator's socket. */
  coordinator: string;
  /** Folder of the runtime's bundles. */
  distribution: string;
  /** Node.js on this machine, from the user's settings. */
  node?: string;
  route: RoutePeer;
  /** A node on another machine opens its link. */
  onLink(stream: Duplex): void;
  /** What is new of a machine other than this one. */
  onHost(change: HostChange): void;
  /** The direct link between two hosts, by their ids, is gone, and with it what was under way on it. */
  onDirectLost(hosts: readonly string[], error: LockstepError): void;
}

interface SshBundle {
  openSshMachines: typeof openSshMachines;
  checkSshHosts: typeof checkSshHosts;
}

/** A bundle of its own: who stays on one machine does not load it. */
const loadSsh = () => createRequire(__filename)('./ssh.js') as SshBundle;

export class Machines {
  private readonly local: LocalHost;
  private readonly remote = new Map<string, SshMachine>();
  private readonly direct: DirectPairs;

  constructor(private readonly options: MachinesOptions) {
    const { runDirectory, coordinator, distribution, route } = options;
    this.local = new LocalHost({ runDirectory, coordinator, entry: join(distribution, 'node.js'), route });
    this.direct = new DirectPairs((ends, error) => {
      // The loss of a host tells more than that of its links.
      const hosts = ends.map(({ id }) => id);
      if (ends.every(({ reachable }) => reachable)) options.onDirectLost(hosts, error);
    });
  }

  /** Where each node of a job runs, by rank; connects to machines and uploads the program as needed. */
  async seats(
    name: string,
    cluster: ClusterConfiguration,
    size: number,
    spec: JobSpec,
    bundle: Bundle,
    ask: Answers,
  ): Promise<Seat[]> {
    if (cluster.type === 'local') {
      const seat = await this.localSeat(cluster.node, spec, bundle);
      return Array.from({ length: size }, () => seat);
    }
    const { cluster: found, coresOf } = await withFoundHosts(cluster);
    const machines = await this.connect(name, found, bundle, ask);
    const local = cluster.localNodes ?? 0;
    const slots = machines.map(({ slots: host }) => ({
      name: host.host,
      nodes: host.nodes,
      weight: coresOf(host),
    }));
    const placement = placeNodes(size, [{ name: this.local.name, nodes: local }, ...slots]);
    const here = local > 0 ? await this.localSeat(undefined, spec, bundle) : undefined;
    return placement.map((index) => {
      const machine = machines[index - 1];
      return machine ? machine.seatFor(bundle) : (here as Seat);
    });
  }

  /** What whoever runs a program on these seats should know about the way between them. */
  notices(seats: readonly Seat[]): string[] {
    return this.direct.notices(new Set(seats.map(({ host }) => host.id)));
  }

  /** Whether the machines of a cluster can be used; nothing is started on them. */
  check(name: string, cluster: SshCluster, ask: Answers): Promise<HostCheck[]> {
    const { distribution } = this.options;
    const inUse = new Set([...this.remote.values()].map(({ slots }) => slots.host));
    const onHost = (change: HostChange) => {
      if (!inUse.has(change.name)) this.options.onHost(change); // its job tells of it
    };
    return loadSsh().checkSshHosts(cluster, { name, distribution, ask, onHost });
  }

  async close(): Promise<void> {
    await Promise.all(
      [this.local, ...[...this.remote.values()].map(({ host }) => host)].map((host) => host.close()),
    );
  }

  private async localSeat(node: string | undefined, spec: JobSpec, bundle: Bundle): Promise<Seat> {
    return {
      host: this.local,
      node: await findNode(node ?? this.options.node),
      bundlePath: bundle.path,
      cwd: spec.cwd ?? dirname(spec.program),
    };
  }

  private connect(name: string, cluster: SshCluster, bundle: Bundle, ask: Answers): Promise<SshMachine[]> {
    return loadSsh().openSshMachines(cluster, {
      name,
      distribution: this.options.distribution,
      bundle,
      ask,
      open: this.remote,
      direct: this.direct,
      route: this.options.route,
      onLink: (stream) => this.options.onLink(stream),
      onHost: (change) => this.options.onHost(change),
    });
  }
}
