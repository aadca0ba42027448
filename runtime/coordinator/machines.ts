/** The machines that a coordinator's jobs run on: this one, and those that its clusters name. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { DirectPairs } from '../launch/directPairs';
import { LocalHost } from '../launch/localHost';
import type { Machine, MachineContext } from '../launch/machine';
import { findNode } from '../launch/nodeExecutable';
import type { RoutePeer, Seat } from '../launch/nodeHost';
import { placeNodes, type Slots } from '../launch/placement';
import type { checkSshHosts, connectLogin, openSshMachines, SshMachine } from '../launch/sshCluster';
import type { openSlurmMachines } from '../launch/slurmCluster';
import type { ClusterConfiguration, SlurmCluster, SshCluster } from '../protocol/configuration';
import type { HostCheck } from '../protocol/control';
import { LockstepError } from '../protocol/errors';
import type { HostChange } from '../protocol/host';
import type { Bundle, JobSpec } from '../protocol/job';
import type { Answers } from '../protocol/questions';
import { withFoundHosts } from './foundHosts';
import { morePlaces } from './morePlaces';

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
  connectLogin: typeof connectLogin;
}

/** Bundles of their own: who stays on one machine loads neither. */
const load = createRequire(__filename);
const loadSsh = () => load('./ssh.js') as SshBundle;
const loadSlurm = () => load('./slurm.js') as { openSlurmMachines: typeof openSlurmMachines };

/** A job that wants to be placed. */
export interface PlaceRequest {
  /** The cluster's name. */
  name: string;
  cluster: ClusterConfiguration;
  size: number;
  spec: JobSpec;
  bundle: Bundle;
  ask: Answers;
}

/** Where each node of a job runs, by rank, and what gives the places back once the job has ended. */
export interface Places {
  seats: Seat[];
  /** Places for so many nodes more, beside those that live. Throws LockstepError(badPlacement, allocationFull). */
  more(count: number, living: readonly Seat[]): Seat[];
  release(): void;
}

/** What a cluster offers a job: machines, and what gives them back once the job has ended. */
interface Offer {
  machines: Machine[];
  release(): Promise<void>;
}

export class Machines {
  private readonly local: LocalHost;
  /** Machines reached over SSH: they stay connected for the next job. */
  private readonly connected = new Map<string, SshMachine>();
  /** What is to be given back. */
  private readonly releases = new Set<() => Promise<void>>();
  private readonly closing = new AbortController();
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

  /** Reaches the machines of a cluster and uploads the program as needed. Aborting the signal gives it up. */
  async places(request: PlaceRequest, signal: AbortSignal): Promise<Places> {
    const { cluster, size, spec, bundle } = request;
    if (cluster.type === 'local') {
      const seat = await this.localSeat(cluster.node, spec, bundle);
      const more = (count: number) => Array.from({ length: count }, () => seat);
      return { seats: more(size), more, release: () => undefined };
    }
    const { machines, release } = await this.offer(cluster, request, signal);
    let released: Promise<void> | undefined;
    const giveBack = () => (released ??= release().finally(() => this.releases.delete(giveBack)));
    this.releases.add(giveBack);
    try {
      const local = cluster.localNodes ?? 0;
      const slots = [{ name: this.local.name, nodes: local }, ...machines.map((machine) => machine.slots)];
      const here = local > 0 ? await this.localSeat(undefined, spec, bundle) : undefined;
      const seatOf = (index: number): Seat => machines[index - 1]?.seatFor(bundle) ?? (here as Seat);
      const places = [{ host: this.local, slots: slots[0] as Slots }, ...machines];
      const more = (count: number, living: readonly Seat[]) =>
        morePlaces(count, living, places, cluster.type).map(seatOf);
      return { seats: placeNodes(size, slots).map(seatOf), more, release: () => void giveBack() };
    } catch (error) {
      await giveBack();
      throw error;
    }
  }

  /** What whoever runs a program on these seats should know about the way between them. */
  notices(seats: readonly Seat[]): string[] {
    return this.direct.notices(new Set(seats.map(({ host }) => host.id)));
  }

  /** Whether the machines of a cluster can be used; nothing is started on them. */
  check(name: string, cluster: SshCluster, ask: Answers): Promise<HostCheck[]> {
    const { distribution } = this.options;
    const inUse = new Set([...this.connected.values()].map(({ named }) => named.host));
    const onHost = (change: HostChange) => {
      if (!inUse.has(change.name)) this.options.onHost(change); // its job tells of it
    };
    return loadSsh().checkSshHosts(cluster, { name, distribution, ask, onHost });
  }

  /** Gives up what is being waited for, and gives back what was taken. */
  async close(): Promise<void> {
    this.closing.abort();
    const hosts = [this.local, ...[...this.connected.values()].map(({ host }) => host)];
    await Promise.all([
      ...hosts.map((host) => host.close()),
      ...[...this.releases].map((release) => release()),
    ]);
  }

  private async localSeat(node: string | undefined, spec: JobSpec, bundle: Bundle): Promise<Seat> {
    return {
      host: this.local,
      node: await findNode(node ?? this.options.node),
      bundlePath: bundle.path,
      cwd: spec.cwd ?? dirname(spec.program),
    };
  }

  private async offer(
    cluster: SshCluster | SlurmCluster,
    { name, size, bundle, ask }: PlaceRequest,
    given: AbortSignal,
  ): Promise<Offer> {
    const waiting = new AbortController();
    const giveUp = () => waiting.abort();
    for (const signal of [given, this.closing.signal]) {
      if (signal.aborted) giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
    }
    const { distribution, route } = this.options;
    const context: MachineContext = {
      name,
      distribution,
      bundle,
      ask,
      direct: this.direct,
      route,
      onLink: (stream) => this.options.onLink(stream),
      onHost: (change) => this.options.onHost(change),
      signal: waiting.signal,
    };
    try {
      if (cluster.type === 'slurm') {
        const connectLogin = (until?: AbortSignal) => loadSsh().connectLogin(cluster, ask, until);
        return await loadSlurm().openSlurmMachines(cluster, size - (cluster.localNodes ?? 0), {
          ...context,
          connectLogin,
        });
      }
      const { cluster: found, coresOf } = await withFoundHosts(cluster);
      const machines = await loadSsh().openSshMachines(found, { ...context, coresOf, open: this.connected });
      return { machines, release: () => Promise.resolve() };
    } catch (error) {
      throw waiting.signal.aborted ? new LockstepError('stopped') : error;
    } finally {
      for (const signal of [given, this.closing.signal]) signal.removeEventListener('abort', giveUp);
    }
  }
}
