/** The cluster's coordinator: answers the control API, owns the jobs, and takes in the nodes' links. */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { StandingClock } from '../core/clock';
import { groupsRemoved } from '../core/controlGroup/nodeGroup';
import { createRunDirectory, reapRunDirectories, removeRunDirectory } from '../core/runDirectory';
import { heapLimits } from '../launch/machineSize';
import { bundleProgram } from '../program/bundle';
import { defaultCache } from '../program/bundleCache';
import type { ControlNotifications } from '../protocol/control';
import { LockstepError } from '../protocol/errors';
import type { ClusterEvent } from '../protocol/events';
import type { Bundle, JobSpec } from '../protocol/job';
import type { LinkIdentity } from '../transport/handshake';
import { type MessageConnection, overLink } from '../transport/rpc';
import { Door, type Link, splice } from '../transport/link';
import { listenAt, socketAddress, type StreamServer } from '../transport/unixSocket';
import { ClientSession, type ControlHandlers } from './clientSession';
import { clusterOf } from './clusterOf';
import { Deployment, type DeploymentContext } from './deployment/deployment';
import { deploymentContext } from './deployment/deploymentContext';
import type { CoordinatorSettings, DetachedEvents } from './coordinatorSettings';
import { defaultDetector } from './failureDetector';
import { faultHandlers } from './faults/faultHandlers';
import { Hosts } from './hosts';
import { Job } from './job';
import { snapshotOf } from './jobSnapshot';
import { jobSecret, launchContext, type Launch } from './launchContext';
import { lookRequests } from './lookRequests';
import { Machines } from './machines';
import { MpiJobs } from './mpiJobs';

/** How often nodes are sampled; `lockstep bench metrics` sets it to see what sampling costs. */
const metricsMs = Number(process.env['LOCKSTEP_METRICS_MS'] ?? 500);
/** Ended jobs that are kept for whoever asks. */
const keptJobs = 20;

export class Coordinator {
  private readonly secret = randomBytes(32);
  private readonly clock = new StandingClock();
  private readonly jobs = new Map<string, Job>();
  private readonly clients = new Set<ClientSession>();
  private readonly runDirectory: string;
  private readonly door = new Door(
    (identity) => this.secretFor(identity),
    (link, identity) => this.accept(link, identity),
  );
  private readonly machines: Machines;
  private readonly mpiJobs: MpiJobs;
  private readonly hosts = new Hosts((host) => void this.publish({ type: 'hostChanged', host }));
  private server: StreamServer | undefined;
  private jobCount = 0;
  private watched = false;
  private closing: Promise<void> | undefined;
  private readonly deployed: Deployment | undefined;

  constructor(
    private readonly settings: CoordinatorSettings,
    private readonly detached?: DetachedEvents,
  ) {
    const { deployment } = settings;
    this.runDirectory = createRunDirectory(this.secret.toString('hex'), deployment?.folder);
    this.machines = new Machines({
      runDirectory: this.runDirectory,
      coordinator: this.address,
      distribution: settings.distribution,
      node: settings.node,
      route: (job, rank, stream) => this.routePeer(job, rank, stream),
      onLink: (stream) => void this.door.knock(stream),
      onHost: (change) => this.hosts.update(change),
      onDirectLost: (hosts, error) => this.failBetween(hosts, error),
    });
    this.listening = this.listen();
    this.mpiJobs = new MpiJobs({
      ...settings,
      runDirectory: this.runDirectory,
      coordinator: this.address,
      listening: this.listening,
      onLink: (stream) => void this.door.knock(stream),
      launch: (bundle, launch) => this.launch('mpi', bundle, launch),
    });
    this.deployed = deployment && new Deployment(deployment.name, this.contextOfDeployment());
  }

  /** Every request of the control API. */
  readonly handlers: ControlHandlers = {
    info: () => ({ pid: process.pid, version: this.settings.version, runDirectory: this.runDirectory }),
    subscribe: ({ events, outputBytesPerSecond }, client) => {
      client.subscribe(events, outputBytesPerSecond);
      this.updateWatched(events.includes('operations'));
      for (const host of this.hosts.list()) void client.send({ type: 'hostChanged', host });
      return this.snapshots();
    },
    startJob: (spec, client, signal) =>
      spec.mpi ? this.mpiJobs.start(spec, spec.mpi, signal) : this.startJob(spec, client, signal),
    joinJob: (wanted) => this.mpiJobs.join(wanted),
    refuseStart: (refusal) => this.mpiJobs.refuse(refusal),
    releaseJob: ({ job, stopOnEntry }) => (this.job(job).debugging.release(stopOnEntry), null),
    stopJob: ({ job }) => this.job(job).stop(),
    waitJob: async ({ job }, client) => {
      const info = await this.job(job).wait();
      client.sendNotices();
      return info;
    },
    scaleJob: async ({ job, nodes }) => ({ size: await this.job(job).scaling.scale(nodes) }),
    releaseNode: ({ job, rank, stopOnEntry }) => (this.job(job).scaling.releaseNode(rank, stopOnEntry), null),
    killNode: ({ job, rank }) => (this.job(job).kill(rank), null),
    ...faultHandlers((job) => this.job(job).faults),
    ...lookRequests((id) => this.job(id)),
    checkHosts: ({ name, cluster }, { answers }) => this.machines.check(name, cluster, answers),
    jobs: () => this.snapshots(),
    bundle: ({ job }) => this.job(job).bundle,
    output: ({ job, rank }) => this.job(job).output.list(rank),
    recordings: ({ job }) => this.job(job).recordings.list(),
    deploy: (spec, client) => this.deployment.deploy(spec, client.answers),
    deployment: () => this.deployment.info,
    undeploy: async () => (await this.deployment.undeploy(), null),
    attachDebugger: ({ job }, client) => (this.job(job).debugging.attach(client), null),
    endDeadlock: ({ job }) => (this.job(job).debugging.endDeadlock(), null),
    detachDebugger: ({ job }, client) => (this.job(job).debugging.detach(client), null),
  };

  /** Listening in the run directory for nodes and for further clients. */
  readonly listening: Promise<void>;

  private async listen(): Promise<void> {
    this.server = await listenAt(this.address, (stream) => void this.door.knock(stream));
    reapRunDirectories();
  }

  /** Serves a client; the nodes' output waits for one that is `awaited`. `onClosed` is called when it has gone. */
  serve(connection: MessageConnection, awaited: boolean, onClosed: () => void): void {
    const client = new ClientSession(
      connection,
      awaited,
      this.handlers,
      (from, cdp) => this.routeCdp(from, cdp),
      (gone) => {
        this.clients.delete(gone);
        this.updateWatched();
        for (const job of this.jobs.values()) job.debugging.detach(gone);
        onClosed();
        this.detached?.onClientGone();
      },
    );
    this.clients.add(client);
  }

  /** Ends all jobs and removes the run directory. */
  close(): Promise<void> {
    this.closing ??= (async () => {
      await Promise.all([this.mpiJobs.close(), ...[...this.jobs.values()].map((job) => job.stop())]);
      await this.machines.close();
      this.server?.close();
      removeRunDirectory(this.runDirectory);
      await groupsRemoved();
    })();
    return this.closing;
  }

  /** True while a client is connected, or something is deployed. */
  get inUse(): boolean {
    return this.clients.size > 0 || this.deployed?.inUse === true;
  }

  /** Where later commands find this coordinator. */
  get directory(): string {
    return this.runDirectory;
  }

  private get deployment(): Deployment {
    if (!this.deployed) throw new LockstepError('noDeployment');
    return this.deployed;
  }

  private get address(): string {
    return socketAddress(this.runDirectory, 'c');
  }

  private snapshots() {
    return [...this.jobs.values()].map(snapshotOf);
  }

  private job(id: string): Job {
    const job = this.jobs.get(id);
    if (!job)
      throw new LockstepError('unknownJob', { job: id, known: [...this.jobs.keys()].join(', ') || 'none' });
    return job;
  }

  private async startJob(
    spec: JobSpec,
    client: ClientSession,
    signal: AbortSignal,
  ): Promise<{ job: Job['info']; bundle: Bundle }> {
    const { name, cluster, size } = clusterOf(spec, this.settings.workspace);
    if (cluster.type === 'ssh')
      this.hosts.keep(
        name,
        cluster.hosts.map(({ host }) => host),
      );
    const [bundle] = await Promise.all([bundleProgram(spec.program, defaultCache()), this.listening]);
    const request = { name, cluster, size, spec, bundle, ask: client.answers };
    const { seats, more, release } = await this.machines.places(request, signal);
    const shares = heapLimits(seats.map(({ host }) => host));
    const heapMiB = shares.map((share) => cluster.memoryMiB ?? share);
    const { eagerLimitBytes = cluster.eagerLimitBytes, faultTolerant = cluster.faultTolerant } = spec;
    const limited = { ...spec, eagerLimitBytes, faultTolerant };
    const { memoryMiB } = cluster;
    const job = this.launch(name, bundle, { spec: limited, seats, heapMiB, more, memoryMiB });
    void job.wait().then(release);
    return { job: job.info, bundle: job.bundle };
  }

  private launch(cluster: string, bundle: Bundle, launch: Omit<Launch, 'secret'>): Job {
    const { spec, seats } = launch;
    const number = (this.jobCount += 1);
    const common = {
      number,
      runDirectory: this.runDirectory,
      isWatched: () => this.watched,
      clock: this.clock,
      detector: defaultDetector,
      metricsMs,
      publish: (event: ClusterEvent) => (seats[0]?.host.onEvent?.(event), this.publish(event)),
      onPausedChanged: () => this.updateClock(),
    };
    const context = launchContext(common, { ...launch, secret: this.secret });
    const job = new Job(`job-${number}`, cluster, seats.length, spec, bundle, context);
    this.jobs.set(job.info.id, job);
    this.forgetOldJobs();
    job.start();
    for (const text of this.machines.notices(seats)) this.say(job, text);
    return job;
  }

  private contextOfDeployment(): DeploymentContext {
    const { clock, runDirectory, machines, listening } = this;
    return deploymentContext({
      clock,
      runDirectory,
      machines,
      listening,
      launch: (cluster, bundle, launch) => this.launch(cluster, bundle, launch),
      publish: (event) => void this.publish(event),
      onSettled: (info) => this.detached?.onSettled(info),
    });
  }

  /** A line of the runtime among the job's output. */
  private say(job: Job, text: string): void {
    job.output.add({ rank: 0, stream: 'lockstep', text });
    void this.publish({ type: 'output', job: job.info.id, rank: 0, stream: 'lockstep', text });
  }

  /** The jobs that run on both of two hosts have lost messages. */
  private failBetween(hosts: readonly string[], error: LockstepError): void {
    for (const job of this.jobs.values()) {
      const [rank, other] = hosts.map((id) => job.context.seats.findIndex(({ host }) => host.id === id));
      if (rank !== undefined && rank >= 0 && other !== -1) job.fail(rank, error);
    }
  }

  private secretFor({ role, job, rank }: LinkIdentity): Uint8Array | undefined {
    if (role === 'client') return this.secret;
    const expected = role === 'node' && rank < (this.jobs.get(`job-${job}`)?.info.size ?? 0);
    return expected ? jobSecret(this.secret, job) : undefined;
  }

  /** Carries a stream from a node on one host to a node on another; the two prove themselves to each other. */
  private routePeer(job: number, rank: number, stream: Duplex): void {
    const host = this.jobs.get(`job-${job}`)?.context.seats[rank]?.host;
    if (!host) {
      stream.destroy();
      return;
    }
    host.openPeer(job, rank).then(
      (peer) => splice(stream, peer),
      () => stream.destroy(), // the node is gone, and its job will say so
    );
  }

  private accept(link: Link, { role, job, rank }: LinkIdentity): void {
    if (role === 'node') {
      this.jobs.get(`job-${job}`)?.accept(rank, link);
      return;
    }
    this.serve(overLink(link), false, () => undefined);
  }

  private routeCdp(client: ClientSession, { job, rank, message }: ControlNotifications['cdp']): void {
    this.jobs.get(job)?.debugging.toNode(client, rank, message);
  }

  /** Jobs are recorded while some client wants to see it; one that `begins` to is told all that records speak of. */
  private updateWatched(begins = false): void {
    const live = [...this.clients].some((client) => client.wants('operations'));
    if (live === this.watched && !begins) return;
    this.watched = live;
    for (const { nodes } of this.jobs.values()) for (const node of nodes) node.notify('watch', { live });
  }

  private async publish(event: ClusterEvent): Promise<void> {
    await Promise.all([...this.clients].map((client) => client.send(event)));
  }

  /** The clock stands while any node stands at a breakpoint. */
  private updateClock(): void {
    const stands = this.snapshots().some(({ nodes }) => nodes.some((node) => node.state === 'paused'));
    if (stands === this.clock.stands) return;
    if (stands) this.clock.stop();
    else this.clock.resume();
    for (const { nodes } of this.jobs.values()) for (const node of nodes) node.notify('clock', { stands });
    void this.publish({ type: 'clockChanged', stands });
  }

  private forgetOldJobs(): void {
    const ended = [...this.jobs.values()].filter((job) => job.final);
    for (const job of ended.slice(0, Math.max(0, ended.length - keptJobs))) this.jobs.delete(job.info.id);
  }
}
