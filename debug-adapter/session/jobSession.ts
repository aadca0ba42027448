import { DisposableStore, type Disposable } from '../../runtime/core/disposable';
import {
  type AttachedParams,
  type CdpMessage,
  nodeAttachedMethod,
  nodeDetachedMethod,
} from '../../runtime/protocol/debug';
import { LockstepError } from '../../runtime/protocol/errors';
import type { ClusterEvent } from '../../runtime/protocol/events';
import type { Bundle, JobFailure, JobInfo } from '../../runtime/protocol/job';
import type { NodeInfo } from '../../runtime/protocol/node';
import type { BreakpointStore } from '../breakpoints/breakpointStore';
import type { ExceptionBreakpoints } from '../breakpoints/exceptionFilters';
import type { SourceBreakpoint } from '../breakpoints/sourceBreakpoint';
import { rankOfThread } from '../dap/protocol';
import type { ClusterClient } from '../options';
import { MappedScript } from '../sources/script';
import { SourceCatalog } from '../sources/sourceCatalog';
import { ValueStore } from '../values/valueStore';
import { filterStops } from './communicationStops';
import { DebuggedNode } from './debuggedNode';
import { FrameStore } from './frames';
import { Stops, type StopListener } from './stops';
import { threadName } from './threadName';
import { Threads } from './threads';

/** What a job's session tells the adapter. */
export interface JobListener extends Pick<StopListener, 'stopped' | 'continued' | 'said'> {
  thread(reason: 'started' | 'exited', threadId: number): void;
  breakpointChanged(breakpoint: SourceBreakpoint): void;
  output(event: Extract<ClusterEvent, { type: 'output' }>): void;
  /** The job has ended, or its coordinator is gone. Comes once, and never after `dispose`. */
  ended(job: JobInfo | LockstepError): void;
}

/** How the job is debugged. */
export interface JobOptions {
  /** False: only its output and its end are followed. */
  debug: boolean;
  /** The nodes stand before the program until they are prepared; then they are released. */
  held: boolean;
}

const noNode: Omit<NodeInfo, 'job' | 'rank'> = { state: 'starting', host: '', pid: 0, epoch: 0 };

/** One job under the debugger: its nodes, sources, stops and values. A restart makes a new one. */
export class JobSession implements Disposable {
  readonly nodes = new Map<number, DebuggedNode>();
  readonly catalog: SourceCatalog;
  readonly values = new ValueStore();
  readonly frames = new FrameStore();
  readonly stops: Stops;
  readonly threads: Threads;
  private readonly infos = new Map<number, NodeInfo>();
  private readonly disposables = new DisposableStore();
  /** How many nodes there are, those that have joined since among them. */
  size: number;
  private configured = false;
  private released = false;
  private disposed = false;

  constructor(
    readonly client: ClusterClient,
    readonly job: JobInfo,
    bundle: Bundle,
    private readonly breakpoints: BreakpointStore,
    private readonly exceptions: ExceptionBreakpoints,
    private readonly options: JobOptions,
    private readonly listener: JobListener,
  ) {
    this.size = job.size;
    this.catalog = new SourceCatalog(MappedScript.ofBundle(bundle), bundle.sources);
    this.threads = this.disposables.add(
      new Threads(
        (rank) => this.nameOf(rank),
        (rank) => this.nodes.get(rank)?.shown === true,
        (reason, id) => listener.thread(reason, id),
      ),
    );
    this.stops = new Stops(this.nodes, exceptions, {
      stopped: (body) => {
        listener.stopped(body);
        this.threads.refresh();
      },
      moved: () => {
        this.values.purge();
        this.frames.purge();
      },
      continued: (rank) => listener.continued(rank),
      said: (...words) => listener.said(...words),
      heldChanged: () => this.threads.refresh(),
    });
    for (const breakpoint of breakpoints.all()) this.place(breakpoint);
  }

  /** Follows the job from here on; `before` are events that came since it was started. */
  async start(before: readonly ClusterEvent[]): Promise<void> {
    const { client } = this;
    this.disposables.add(client.onEvent((event) => this.onEvent(event)));
    this.disposables.add(client.onClosed((error) => this.end(error)));
    this.disposables.add(
      client.onCdp(({ job, rank, message }) => {
        if (job === this.job.id) this.onCdp(rank, message);
      }),
    );
    for (const event of before) this.onEvent(event);
    if (this.options.debug) await client.request('attachDebugger', { job: this.job.id });
    client.request('waitJob', { job: this.job.id }).then(
      (job) => this.end(job),
      (error: LockstepError) => this.end(error),
    );
  }

  /** The client has set what it wants to have set before the program runs. */
  configurationDone(): void {
    this.configured = true;
    this.releaseWhenReady();
  }

  /** The node of a thread; throws `unknownThread`. */
  nodeOf(threadId: number): DebuggedNode {
    const node = this.nodes.get(rankOfThread(threadId));
    if (!node || node.ended) throw new LockstepError('unknownThread', { thread: threadId });
    return node;
  }

  /** Brings changed breakpoints to the nodes; resolves when those that are stopped have them. */
  async changeBreakpoints(
    added: readonly SourceBreakpoint[],
    removed: readonly SourceBreakpoint[],
  ): Promise<void> {
    for (const breakpoint of added) this.place(breakpoint);
    const stopped: Promise<void>[] = [];
    for (const node of this.nodes.values()) {
      if (!node.enabled || node.ended) continue;
      for (const breakpoint of removed) void node.breakpoints.remove(breakpoint);
      const set = this.forNode(node.rank, added).map((breakpoint) => node.breakpoints.set(breakpoint));
      if (node.shown) stopped.push(...set);
      if (this.needsScriptWatch(added)) node.breakpoints.watchScripts();
    }
    this.stops.breakpointsRemoved(removed);
    await Promise.all(stopped);
  }

  changeExceptions(): void {
    for (const node of this.nodes.values()) {
      if (!node.enabled || node.ended) continue;
      node.cdp.send('Debugger.setPauseOnExceptions', { state: this.exceptions.stateFor(node.rank) });
      void node.tell(filterStops(this.exceptions.communicationFor(node.rank)));
    }
  }

  dispose(): void {
    this.disposed = true;
    this.threads.removeAll();
    this.disposables.dispose();
    for (const node of this.nodes.values()) node.close();
  }

  private onEvent(event: ClusterEvent): void {
    if (event.type === 'output' && event.job === this.job.id) this.listener.output(event);
    if (event.type === 'deadlockFound' && event.job === this.job.id) this.deadlockFound(event.failure);
    if (event.type !== 'nodeChanged' || event.node.job !== this.job.id) return;
    const { node: info } = event;
    this.infos.set(info.rank, info);
    this.grow(info.rank + 1);
    const node = this.nodes.get(info.rank);
    if (node) node.info = info;
    if (node && info.wait?.idle) this.stops.idles(node);
    if (info.state === 'done' || info.state === 'dead') this.leave(info.rank);
    else this.threads.refresh();
  }

  /** A node has joined: breakpoints that are for it alone have found their node. */
  private grow(size: number): void {
    if (size <= this.size) return;
    const waiting = this.breakpoints.all().filter(({ ranks }) => ranks.isEmptyFor(this.size));
    this.size = size;
    for (const breakpoint of waiting) {
      this.place(breakpoint);
      this.listener.breakpointChanged(breakpoint);
    }
  }

  private deadlockFound(failure: JobFailure): void {
    if (this.exceptions.stopsAtDeadlock) this.stops.deadlock(failure);
    else this.client.request('endDeadlock', { job: this.job.id }).catch(() => undefined);
  }

  private onCdp(rank: number, message: CdpMessage): void {
    if ('method' in message && message.method === nodeAttachedMethod)
      this.attached(rank, message.params as AttachedParams);
    else if ('method' in message && message.method === nodeDetachedMethod) this.leave(rank);
    else this.nodes.get(rank)?.receive(message);
  }

  private attached(rank: number, { bundlePath }: AttachedParams): void {
    const info = this.infos.get(rank) ?? { ...noNode, job: this.job.id, rank };
    const node = new DebuggedNode(
      rank,
      info,
      this.catalog,
      bundlePath,
      (request) => this.client.sendCdp(this.job.id, rank, request),
      {
        paused: (which, raw) => void this.stops.paused(which, raw),
        breakpointMoved: (breakpoint) => this.listener.breakpointChanged(breakpoint),
      },
    );
    this.nodes.set(rank, node);
    node.held = rank >= this.job.size || (this.options.held && !this.released);
    this.threads.add(rank);
    this.stops.joined(node);
    const agreed = () => ({
      breakpoints: this.forNode(rank, this.breakpoints.all()),
      exceptions: this.exceptions.stateFor(rank),
      communication: this.exceptions.communicationFor(rank),
    });
    node.prepare(agreed).then(
      () => {
        if (this.needsScriptWatch(this.breakpoints.all())) node.breakpoints.watchScripts();
        this.releaseWhenReady();
        if (this.released || !this.options.held) this.releaseJoined(node);
      },
      () => undefined, // it has ended; the job says why
    );
  }

  /** One that has joined the running job may load the program. */
  private releaseJoined(node: DebuggedNode): void {
    const { rank, stopsOnEntry: stopOnEntry } = node;
    node.held = false;
    this.client.request('releaseNode', { job: this.job.id, rank, stopOnEntry }).catch(() => undefined); // the job has ended
  }

  private leave(rank: number): void {
    const node = this.nodes.get(rank);
    if (!node || node.ended) return;
    node.close();
    this.values.purge();
    this.frames.purge();
    this.stops.nodeEnded(rank);
    this.threads.remove(rank);
  }

  private releaseWhenReady(): void {
    if (!this.options.held || this.released || !this.configured) return;
    const prepared = [...this.nodes.values()].filter((node) => node.prepared).length;
    if (prepared < this.job.size) return;
    this.released = true;
    const nodes = [...this.nodes.values()];
    for (const node of nodes) node.held = false;
    const stopOnEntry = nodes.filter((node) => node.stopsOnEntry).map(({ rank }) => rank);
    // If it fails, the job has ended, and says so itself.
    this.client.request('releaseJob', { job: this.job.id, stopOnEntry }).catch(() => undefined);
  }

  private end(result: JobInfo | LockstepError): void {
    if (this.disposed) return;
    this.dispose();
    this.listener.ended(result);
  }

  /** Finds out where a breakpoint comes to lie: known from the source map, before the code is loaded. */
  private place(breakpoint: SourceBreakpoint): void {
    const { path, requested } = breakpoint;
    const inProgram = this.catalog.inProgram(path);
    const [place] = this.catalog.placesOf(path, requested.line, requested.column);
    breakpoint.location = place?.original;
    breakpoint.verified = false;
    if (breakpoint.problem) breakpoint.message = breakpoint.problem;
    else if (breakpoint.ranks.isEmptyFor(this.size)) {
      breakpoint.message = `This job has no such node: its ranks are 0 to ${this.size - 1}.`;
    } else if (!this.catalog.isLoaded(path)) breakpoint.message = 'This file is not part of the program.';
    else if (!place) breakpoint.message = 'There is no code on this line or after it.';
    else {
      breakpoint.message = undefined;
      breakpoint.verified = inProgram;
    }
  }

  private forNode(rank: number, breakpoints: readonly SourceBreakpoint[]): SourceBreakpoint[] {
    return breakpoints.filter(({ ranks }) => ranks.has(rank));
  }

  /** True when a breakpoint lies in a file that only a script loaded later can bring. */
  private needsScriptWatch(breakpoints: readonly SourceBreakpoint[]): boolean {
    return breakpoints.some(({ path, problem }) => !problem && !this.catalog.inProgram(path));
  }

  private nameOf(rank: number): string {
    const node = this.nodes.get(rank);
    const info = node?.info ?? { ...noNode, job: this.job.id, rank };
    const started = node?.prepared && info.state === 'starting' ? 'running' : info.state;
    // The coordinator hears of a stop later than the client.
    const state = node?.shown ? 'paused' : started;
    const isDeadlocked = node?.deadlock !== undefined;
    return threadName({ ...info, state }, node && this.stops.heldOf(node), isDeadlocked);
  }
}
