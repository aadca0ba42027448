/**
 * The runtime's foot on another machine: starts nodes there, and carries their links over the one channel to the
 * coordinator. It listens in a run directory of its own, as the coordinator does in its; a node cannot tell the
 * difference. Links are proved end to end: the relay only carries their bytes.
 */
import { randomBytes } from 'node:crypto';
import { freemem, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { groupsRemoved } from '../core/controlGroup/nodeGroup';
import { endFamilies, isOfRun } from '../core/processFamily';
import { createRunDirectory, reapRunDirectories, removeRunDirectory } from '../core/runDirectory';
import { type LaunchedNode, launchLocal } from '../launch/local';
import { StandIns } from '../launch/standIns';
import {
  nodeSocketName,
  parsePeerLabel,
  type RelayLaunch,
  type RelayReports,
  type RelayRequests,
  type RelayStatus,
  socketDoorName,
  streamLabels,
} from '../protocol/relay';
import { splice } from '../transport/link';
import { Mux } from '../transport/mux';
import { handle, type MessageConnection, notify, overStreams, request } from '../transport/rpc';
import { Session } from '../transport/session';
import { listenAt, openStream, socketAddress } from '../transport/unixSocket';
import { DirectLinks } from './directLinks';
import { SocketDoor } from './socketDoor';
import { UseMarks } from './useMarks';

/** Name of the socket by which pipes from the coordinator come in. */
export const pipeSocketName = 'pipe';

/** How long the ends of killed nodes are waited for. */
const nodesGoneMs = 1500;

export class Relay {
  readonly runDirectory = createRunDirectory(randomBytes(32).toString('hex'));
  private readonly nodes = new Map<string, LaunchedNode>();
  private readonly session = new Session({
    onBytes: (bytes) => this.mux.receive(bytes),
    onDrained: () => this.mux.proceed(),
  });
  private readonly mux: Mux = new Mux(this.session, false, (label, stream) => this.opened(label, stream));
  private readonly standIns = new StandIns(this.runDirectory, (job, rank, stream) => {
    const host = this.hosts.get(nodeSocketName(job, rank));
    splice(stream, (this.direct.to(host) ?? this.mux).open(streamLabels.peer(job, rank)));
  });
  /** Ids of the machines of nodes elsewhere. */
  private readonly hosts = new Map<string, string>();
  private readonly direct: DirectLinks;
  private readonly door: SocketDoor | undefined;
  private readonly marks = new UseMarks();
  private control: MessageConnection | undefined;
  private lease: NodeJS.Timeout | undefined;
  private pipe: Duplex | undefined;
  private closed = false;

  /** `onClosed` is called when everything that belonged to the relay is gone. */
  constructor(
    private readonly leaseMs: number,
    private readonly onClosed: () => void,
  ) {
    this.direct = new DirectLinks({
      leaseMs,
      onOpen: (label, stream) => this.openedPeer(label, stream),
      onChanged: (host, state) => {
        if (state !== 'back') this.door?.cut(host);
        this.tell('directChanged', { host, state });
      },
    });
    this.door = SocketDoor.make(this.direct, (node) => this.hosts.get(node));
    this.startLease();
  }

  /** Listens for nodes, and for the pipes by which the coordinator comes in. */
  async listen(): Promise<void> {
    reapRunDirectories();
    await listenAt(this.address('c'), (stream) => splice(stream, this.mux.open(streamLabels.node)));
    const { door } = this;
    if (door) await listenAt(this.address(socketDoorName), (stream) => void door.knock(stream));
    await listenAt(this.address(pipeSocketName), (pipe) => this.attach(pipe));
  }

  /** Takes a pipe to the coordinator in the place of the one before. */
  attach(pipe: Duplex): void {
    this.pipe?.destroy();
    this.pipe = pipe;
    clearTimeout(this.lease);
    this.session.attach(pipe);
    pipe.once('close', () => {
      if (this.pipe !== pipe) return;
      this.pipe = undefined;
      this.startLease();
    });
  }

  /** Ends all nodes and removes the run directory. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.lease);
    for (const node of this.nodes.values()) node.kill();
    endFamilies((family) => isOfRun(family, this.runDirectory)); // children of nodes too
    this.standIns.dispose();
    this.direct.close();
    this.door?.forget();
    this.marks.dispose();
    removeRunDirectory(this.runDirectory);
    void this.nodesGone().then(() => this.onClosed());
  }

  /** Their control groups can be removed then. */
  private async nodesGone(): Promise<void> {
    const end = performance.now() + nodesGoneMs;
    while (this.nodes.size > 0 && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await groupsRemoved();
  }

  private address(name: string): string {
    return socketAddress(this.runDirectory, name);
  }

  private startLease(): void {
    if (this.closed) return;
    this.lease = setTimeout(() => this.close(), this.leaseMs);
  }

  private opened(label: string, stream: Duplex): void {
    if (label === streamLabels.control) this.serve(overStreams(stream, stream));
    else this.openedPeer(label, stream);
  }

  /** A node elsewhere opens a link to a node here. */
  private openedPeer(label: string, stream: Duplex): void {
    const peer = parsePeerLabel(label);
    if (peer) {
      openStream(this.address(nodeSocketName(peer.job, peer.rank))).then(
        (node) => splice(stream, node),
        () => stream.destroy(), // the node is not there, or no longer
      );
    } else stream.destroy();
  }

  private serve(control: MessageConnection): void {
    this.control = control;
    handle(control, 'launch', (request: RelayLaunch) => this.launch(request));
    handle(control, 'kill', ({ job, rank }: RelayRequests['kill']) => {
      this.nodes.get(nodeSocketName(job, rank))?.kill();
    });
    handle(control, 'throttle', ({ job, rank, share }: RelayRequests['throttle']) => {
      this.nodes.get(nodeSocketName(job, rank))?.throttle?.(share);
    });
    handle(control, 'meet', (request: RelayRequests['meet']) => this.meet(request));
    handle(control, 'status', (): RelayStatus => {
      return { load: loadavg()[0] ?? 0, freeMemoryMiB: Math.floor(freemem() / 2 ** 20) };
    });
    handle(control, 'listenDirect', (request: RelayRequests['listenDirect']) => this.direct.listen(request));
    handle(control, 'expectDirect', (request: RelayRequests['expectDirect']) => this.direct.expect(request));
    handle(control, 'connectDirect', (request: RelayRequests['connectDirect']) =>
      this.direct.connect(request),
    );
    handle(control, 'dropDirect', ({ host }: RelayRequests['dropDirect']) => {
      this.direct.drop(host);
      this.door?.cut(host);
    });
    handle(control, 'close', () => {
      setImmediate(() => this.close()); // once the answer is on its way
    });
    control.onClose(() => this.close());
    control.listen();
  }

  private async meet({ job, foreign }: RelayRequests['meet']): Promise<void> {
    for (const { rank, host } of foreign) this.hosts.set(nodeSocketName(job, rank), host);
    await this.standIns.listen(
      job,
      foreign.map(({ rank }) => rank),
    );
  }

  private async launch({ identity, node, entry, cwd, env, heapMiB, foreign }: RelayLaunch): Promise<void> {
    const { job, rank } = identity;
    void this.marks.use(entry, node, join(cwd, 'program'));
    await this.meet({ job, foreign });
    const launched = launchLocal(
      { ...identity, coordinator: this.address('c'), runDirectory: this.runDirectory },
      { node: { path: node, env: {} }, entry, cwd, env, heapMiB },
      (stream, text) => this.report('rawOutput', { job, rank, stream, text }),
      (end) => {
        this.nodes.delete(nodeSocketName(job, rank));
        this.door?.forget(nodeSocketName(job, rank));
        this.tell('ended', { job, rank, ...end, error: end.error?.message });
      },
    );
    this.nodes.set(nodeSocketName(job, rank), launched);
  }

  private async report(type: 'rawOutput', body: RelayReports['rawOutput']): Promise<void> {
    if (this.control) await request(this.control, type, body).catch(() => undefined); // nobody reads any more
  }

  private tell<Type extends 'ended' | 'directChanged'>(type: Type, body: RelayReports[Type]): void {
    if (this.control) void notify(this.control, type, body);
  }
}
