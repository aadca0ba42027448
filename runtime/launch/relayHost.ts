/** A machine at the end of a channel: a relay there starts the nodes and carries their links. */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Disposable } from '../core/disposable';
import type { NodeIdentity } from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import type { MachineLoad } from '../protocol/host';
import {
  type ForeignNode,
  type DirectState,
  type MachineSize,
  nodeSocketName,
  parsePeerLabel,
  type RelayBoot,
  type RelayLaunch,
  type RelayReady,
  type RelayReports,
  type RelayRequests,
  type RelayStatus,
  streamLabels,
} from '../protocol/relay';
import { Mux } from '../transport/mux';
import { reachAgain } from '../transport/reachAgain';
import { readLine } from '../transport/readLine';
import { handle, type MessageConnection, overStreams, request } from '../transport/rpc';
import { Session } from '../transport/session';
import { socketAddress } from '../transport/unixSocket';
import { startPulse } from './hostPulse';
import type { DirectEnd, DirectRequest } from './directPairs';
import type { LaunchedNode, ProcessEnd, RawOutput } from './local';
import type { NodeHost, NodeRequest, RoutePeer } from './nodeHost';

export interface RelayHostOptions {
  name: string;
  /** How long relay and nodes live without a link. */
  leaseMs: number;
  /**
   * Opens a channel to the relay's standard streams: to a new relay, or to the one of a run directory. Rejects when
   * the machine cannot be reached.
   */
  openPipe(runDirectory?: string): Promise<Duplex>;
  /** Path there of the node's bundle. */
  entry: string;
  route: RoutePeer;
  /** A node of this host opens its link to the coordinator. */
  onLink(stream: Duplex): void;
  /** The link to the host is lost for a while, or is back. */
  onReachable(reachable: boolean): void;
  /** How busy the machine is, every few seconds. */
  onPulse(load: MachineLoad): void;
  /** The relay is no longer needed, or, with an error, is gone for good. */
  onClosed(error?: LockstepError): void;
  /** The direct link to another host has changed. */
  onDirectChanged(host: string, state: DirectState): void;
  /** Resolves with the reason when the machine is taken away for good; nobody looks for it any more. */
  gone?: Promise<LockstepError>;
  /** Asked when a signal ended a node: why the machine is being taken away, if it is. */
  takenAway?(): Promise<LockstepError | undefined>;
  /** Further environment of a node. */
  environment?(identity: NodeIdentity): Record<string, string>;
}

/** How long a relay's goodbye is waited for; without one, its lease ends it. */
const goodbyeMs = 1000;

interface Watcher {
  onRawOutput: RawOutput;
  onEnd(end: ProcessEnd): void;
}

export class RelayHost implements NodeHost, DirectEnd {
  readonly id = randomUUID();
  readonly name: string;
  size: MachineSize = { memoryMiB: 0, cores: 1 };
  reachable = true;
  private readonly watchers = new Map<string, Watcher>();
  private readonly session = new Session({
    onBytes: (bytes) => {
      this.silentSinceMs = undefined;
      this.mux.receive(bytes);
    },
    onDrained: () => this.mux.proceed(),
  });
  private readonly mux: Mux = new Mux(this.session, true, (label, stream) => this.opened(label, stream));
  private control!: MessageConnection;
  private pulse: Disposable | undefined;
  private runDirectory = '';
  /** Nothing can be started on it any more. */
  closed = false;
  /** Since when the relay is looked for; a pipe that opens but brings nothing does not end that. */
  private silentSinceMs: number | undefined;

  private constructor(private readonly options: RelayHostOptions) {
    this.name = options.name;
  }

  /** Starts a relay on the machine. */
  static async open(options: RelayHostOptions): Promise<RelayHost> {
    const host = new RelayHost(options);
    await host.start();
    return host;
  }

  launch(
    { identity, node, cwd, env, heapMiB, foreign }: NodeRequest,
    onRawOutput: RawOutput,
    onEnd: Watcher['onEnd'],
  ): LaunchedNode {
    const { job, rank } = identity;
    this.watchers.set(nodeSocketName(job, rank), { onRawOutput, onEnd });
    const { entry, environment } = this.options;
    const whole = { ...environment?.(identity), ...env };
    const launch: RelayLaunch = { identity, node: node.path, entry, cwd, env: whole, heapMiB, foreign };
    request(this.control, 'launch', launch).catch((error: Error) => void this.ended(job, rank, { error }));
    return {
      pid: 0,
      kill: () => {
        const kill: RelayRequests['kill'] = { job, rank };
        request(this.control, 'kill', kill).catch(() => undefined); // the host is lost: so is the node
      },
      throttle: (share) => {
        const throttle: RelayRequests['throttle'] = { job, rank, share };
        request(this.control, 'throttle', throttle).catch(() => undefined); // as above
      },
    };
  }

  async meet(job: number, nodes: readonly ForeignNode[]): Promise<void> {
    const meet: RelayRequests['meet'] = { job, foreign: [...nodes] };
    await request(this.control, 'meet', meet).catch(() => undefined); // the host is lost: so are its nodes
  }

  addressOf(job: number, rank: number): string {
    return socketAddress(this.runDirectory, nodeSocketName(job, rank));
  }

  openPeer(job: number, rank: number): Promise<Duplex> {
    return Promise.resolve(this.mux.open(streamLabels.peer(job, rank)));
  }

  direct<Type extends DirectRequest>(type: Type, body: RelayRequests[Type]): Promise<unknown> {
    return request(this.control, type, body);
  }

  async close(error?: LockstepError): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.pulse?.dispose();
    if (!error) {
      const answered = request(this.control, 'close', {}).catch(() => undefined); // it is gone already
      await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, goodbyeMs))]);
    }
    this.control.dispose();
    this.mux.close();
    this.options.onClosed(error);
  }

  private async start(): Promise<void> {
    const pipe = await this.options.openPipe();
    const boot: RelayBoot = { leaseMs: this.options.leaseMs };
    pipe.write(`${JSON.stringify(boot)}\n`);
    const ready = await readReady(pipe, this.name);
    this.runDirectory = ready.runDirectory;
    this.size = ready.size;
    this.use(pipe);
    const stream = this.mux.open(streamLabels.control);
    this.control = overStreams(stream, stream);
    handle(this.control, 'rawOutput', ({ job, rank, stream: name, text }: RelayReports['rawOutput']) =>
      this.watchers.get(nodeSocketName(job, rank))?.onRawOutput(name, text),
    );
    this.control.onNotification('directChanged', ({ host, state }: RelayReports['directChanged']) =>
      this.options.onDirectChanged(host, state),
    );
    this.control.onNotification('ended', ({ job, rank, error, ...end }: RelayReports['ended']) => {
      const signal = end.signal as NodeJS.Signals | null;
      const problem = error === undefined ? undefined : new Error(error);
      void this.ended(job, rank, { ...end, signal, error: problem });
    });
    this.control.listen();
    this.measure();
    void this.options.gone?.then((reason) => this.lost(reason));
  }

  private use(pipe: Duplex): void {
    this.session.attach(pipe);
    pipe.once('close', () => {
      if (!this.closed) void this.reconnect();
    });
  }

  private async reconnect(): Promise<void> {
    this.setReachable(false);
    const { openPipe, leaseMs } = this.options;
    this.silentSinceMs ??= performance.now();
    const pipe = await reachAgain(
      () => openPipe(this.runDirectory),
      Math.max(0, this.silentSinceMs + leaseMs - performance.now()),
      () => !this.closed,
    );
    if (!pipe) {
      return this.lost(new LockstepError('hostLost', { host: this.name, seconds: leaseMs / 1000 }));
    }
    this.use(pipe);
    this.setReachable(true);
  }

  private setReachable(reachable: boolean): void {
    this.reachable = reachable;
    this.options.onReachable(reachable);
    this.pulse?.dispose(); // what was asked over a lost link says nothing of the way
    if (reachable) this.measure();
  }

  private measure(): void {
    const ask = () => request(this.control, 'status', {}) as Promise<RelayStatus>;
    this.pulse = startPulse(ask, (load) => this.options.onPulse(load));
  }

  /** The machine is gone, and its nodes with it: their relay's lease has run out, or they were ended with it. */
  private lost(reason: LockstepError): void {
    if (this.closed) return;
    void this.close(reason);
    for (const watcher of this.watchers.values()) {
      watcher.onEnd({ code: null, signal: null, lost: reason });
    }
    this.watchers.clear();
  }

  private async ended(job: number, rank: number, end: Partial<ProcessEnd>): Promise<void> {
    const lost = end.signal ? await this.options.takenAway?.() : undefined;
    const key = nodeSocketName(job, rank);
    const watcher = this.watchers.get(key);
    this.watchers.delete(key);
    watcher?.onEnd({ code: null, signal: null, ...end, lost });
  }

  private opened(label: string, stream: Duplex): void {
    const peer = parsePeerLabel(label);
    if (label === streamLabels.node) this.options.onLink(stream);
    else if (peer) this.options.route(peer.job, peer.rank, stream);
    else stream.destroy();
  }
}

/** Reads up to the relay's ready line; what a login shell prints comes before it. */
async function readReady(pipe: Duplex, host: string): Promise<RelayReady> {
  for (;;) {
    const line = await readLine(pipe).catch((error: Error) => {
      throw new LockstepError('relayFailed', { host, reason: error.message }, { cause: error });
    });
    if (line.startsWith('{"lockstepRelay":1')) return JSON.parse(line) as RelayReady;
  }
}
