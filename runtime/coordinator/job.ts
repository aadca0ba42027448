/**
 * One program on N nodes, from launch to the last process's end.
 *
 *   starting --all ready, released--> running --all finished--> succeeded
 *                                     running --a node failed--> stopping --> failed
 *                                     any     --stop-->          stopping --> stopped
 */
import { availableParallelism } from 'node:os';
import { forgetJournalMachine } from '../core/journalMachine';
import type { ProcessEnd } from '../launch/local';
import type { AgentRequests, AgentToCoordinator } from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import type { OutputStream } from '../protocol/events';
import type { Bundle, JobFailure, JobInfo, JobSpec } from '../protocol/job';
import type { Link } from '../transport/link';
import { AgentLink } from './agentLink';
import { DeadlockWatch } from './deadlockWatch';
import { describeEnd, describeLoss } from './describeEnd';
import { FailureDetector } from './failureDetector';
import type { JobContext } from './jobContext';
import { faultyJob } from './faults/faultyJob';
import { JobFaults } from './faults/jobFaults';
import { JobDebugging } from './jobDebugging';
import { JobScaling } from './jobScaling';
import { JobTasks } from './jobTasks';
import { judgeEnd } from './judgeEnd';
import { judgeSilence } from './judgeSilence';
import { concernsOthers, withMismatchPlaces } from './mismatchPlaces';
import { NodeHandle } from './nodeHandle';
import { nodeHandlers } from './nodeHandlers';
import { OutputStore } from './outputStore';
import { Recordings } from './recordings';
import { startNodes } from './startNodes';
import { takeSamples } from './samples';
import { planInboxes, planTransport } from './transportPlan';

/** So many processes start at the same time; more would only take the processor from each other. */
const launchWindow = Math.max(8, 2 * availableParallelism());
/** How long a node whose link closed may take to be known as gone. */
const peerGraceMs = 1000;
/** How long processes have for ending by themselves once the job has succeeded. */
const exitGraceMs = 2000;

export class Job {
  readonly nodes: NodeHandle[];
  readonly output = new OutputStore();
  private readonly detector: FailureDetector;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly ended: Promise<JobInfo>;
  private resolveEnded: (info: JobInfo) => void = () => undefined;
  private released: boolean;
  private readonly beganMs: number;
  private readonly deadlock: DeadlockWatch;
  readonly debugging: JobDebugging;
  readonly scaling = new JobScaling(this);
  readonly recordings: Recordings;
  readonly faults: JobFaults;
  readonly tasks = new JobTasks(this);
  info: JobInfo;

  constructor(
    id: string,
    cluster: string,
    size: number,
    readonly spec: JobSpec,
    readonly bundle: Bundle,
    readonly context: JobContext,
  ) {
    this.info = {
      id,
      program: spec.program,
      cluster,
      size,
      state: 'starting',
      startedAtMs: Date.now(),
      transport: spec.transport,
      debugged: false,
    };
    this.beganMs = context.clock.nowMs();
    this.released = !spec.hold;
    this.recordings = new Recordings(spec.trace === true, context);
    this.detector = new FailureDetector(context.detector);
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
    this.nodes = Array.from({ length: size }, (_, rank) => this.handleOf(rank));
    this.faults = new JobFaults(faultyJob(this), spec.faults);
    this.debugging = new JobDebugging(this);
    this.deadlock = new DeadlockWatch(
      this.nodes,
      (...found) => this.debugging.deadlock(...found),
      this.faults,
    );
  }

  /** Starts the processes. */
  start(): void {
    void this.context.publish({ type: 'jobChanged', job: this.info });
    for (const node of this.nodes.slice(0, launchWindow)) this.launch(node);
    this.timers.push(
      setInterval(() => this.detect(), this.context.detector.heartbeatMs),
      setInterval(() => this.publishMetrics(), this.context.metricsMs),
    );
  }

  /** Enters so many nodes more, for which there are places, and begins to start them. */
  enter(count: number): NodeHandle[] {
    const first = this.nodes.length;
    const joining = Array.from({ length: count }, (_, index) => this.handleOf(first + index));
    this.nodes.push(...joining);
    this.change({ size: this.nodes.length });
    for (const node of joining) void this.context.publish({ type: 'nodeChanged', node: node.info });
    for (const node of joining.slice(0, launchWindow)) this.launch(node);
    return joining;
  }

  /** Lets nodes that have joined load the program. */
  load(joined: readonly NodeHandle[]): void {
    const inboxes = planInboxes(this.nodes, this.context.seats);
    const { nodes, context, spec, recordings, faults } = this;
    startNodes(nodes, context, spec, { inboxes }, recordings, faults.lasting, joined);
  }

  /** Milliseconds of the cluster's clock since the job began. */
  get runMs(): number {
    return this.context.clock.nowMs() - this.beganMs;
  }

  private handleOf(rank: number): NodeHandle {
    const host = this.context.seats[rank]?.host.name ?? '';
    return new NodeHandle(this.info.id, rank, host, (node) => this.nodeChanged(node.rank));
  }

  private launch(node: NodeHandle): void {
    this.detector.expect(node.rank, this.context.clock.nowMs());
    node.process = this.context.launch(
      node.rank,
      (stream, text) => this.print(node.rank, stream, text),
      (end) => this.processEnded(node, end),
    );
    node.identify(node.process.pid);
  }

  get final(): boolean {
    return ['succeeded', 'failed', 'stopped'].includes(this.info.state);
  }

  /** Resolves when the job has ended and its processes are gone. */
  wait(): Promise<JobInfo> {
    return this.ended;
  }

  /** A node's agent has proved itself. */
  accept(rank: number, link: Link): void {
    const node = this.nodes[rank];
    const expected = this.info.state === 'starting' || this.info.state === 'running';
    if (node && expected && !node.connected) node.connect(new AgentLink(link, nodeHandlers(this, node)));
    else link.destroy();
  }

  /** A node's agent gave a sign of life. */
  heard(rank: number): void {
    this.detector.heard(rank, this.context.clock.nowMs());
  }

  /** Lets the nodes load the program, now or once all are ready. */
  release(): void {
    this.released = true;
    this.startProgram();
    this.scaling.look();
  }

  /** Whether the job goes on when the node of this rank dies. */
  outlives(rank: number): boolean {
    return this.spec.faultTolerant === true || this.scaling.outlives(rank);
  }

  /** Ends the job; resolves when its processes are gone. */
  stop(): Promise<JobInfo> {
    if (!this.final && this.info.state !== 'stopping')
      this.end({ error: new LockstepError('stopped').toWire() });
    return this.ended;
  }

  /** Kills one node's process. */
  kill(rank: number, why = 'it was killed on request'): void {
    const node = this.nodes[rank];
    if (!node) throw new LockstepError('unknownNode', { job: this.info.id, rank, last: this.info.size - 1 });
    if (node.ended) return;
    node.take(why);
    node.process?.kill();
  }

  /** Ends the job because of something that befell a node. */
  fail(rank: number, error: LockstepError): void {
    if (this.info.state === 'stopping' || this.final) return;
    this.end({ rank, error: error.toWire(), at: this.nodes[rank]?.info.wait?.at });
  }

  /** A node's agent is up. */
  nodeReady(node: NodeHandle, ready: AgentToCoordinator['ready']): void {
    node.becomeReady(ready);
    void this.recordings.measure(node.rank, node).catch(() => undefined); // its link has closed, which is told
    this.debugging.nodeReady(node);
    this.launchNext();
    this.startProgram();
    this.scaling.look();
  }

  private launchNext(): void {
    const next = this.nodes.find((each) => !each.process && each.live);
    if (next && (this.info.state === 'starting' || this.info.state === 'running')) this.launch(next);
  }

  private startProgram(): void {
    const ready = this.released && this.nodes.every((node) => node.ready);
    if (this.info.state !== 'starting' || !ready) return;
    const plan = planTransport(this.spec.transport, this.nodes, this.context.seats);
    this.change({ state: 'running', ...plan.info });
    if (plan.problem) return this.fail(plan.problem.rank, plan.problem.error);
    startNodes(this.nodes, this.context, this.spec, plan, this.recordings, this.faults.begin());
  }

  private nodeChanged(rank: number): void {
    const node = this.nodes[rank] as NodeHandle;
    void this.context.publish({ type: 'nodeChanged', node: node.info });
    this.context.onPausedChanged();
    if (node.info.state === 'paused') this.debugging.paused(rank);
    if (node.info.state === 'dead') this.faults.died(rank);
    if (node.info.state === 'blocked' || node.info.state === 'done') void this.deadlock.check();
  }

  /** A node's program has ended. */
  nodeFinished(node: NodeHandle, finished: AgentRequests['finished']): void {
    node.finished = finished;
    if (finished.failure) {
      node.die(finished.failure.error.message);
      const failure = { ...finished.failure, rank: node.rank };
      if (!concernsOthers(failure)) this.end(failure);
      else void withMismatchPlaces(failure, this.nodes).then((placed) => this.end(placed));
      return;
    }
    this.scaling.finished(node);
    this.concludeIfOver();
  }

  private concludeIfOver(): void {
    if (!this.nodes.every((each) => each.finished ?? (each.lost || each.leaving))) return;
    const { warnings, failure } = judgeEnd(this.nodes);
    for (const { rank, text } of warnings) void this.print(rank, 'lockstep', `Warning: ${text}`);
    if (warnings.length > 0) this.change({ warnings });
    this.end(failure);
  }

  private processEnded(node: NodeHandle, end: ProcessEnd): void {
    node.ended = true;
    this.detector.forget(node.rank);
    if (node.finished && !node.finished.failure) node.report({ state: 'done' });
    else node.die(this.info.state === 'stopping' ? 'it was ended with its job' : describeEnd(end));
    if (node.leaving) this.scaling.left(node);
    else if (!node.finished && this.info.state !== 'stopping')
      this.lose(node, describeLoss(node, end, this.context.heapMiB[node.rank]));
    this.settle();
  }

  /** A node has died: in a fault-tolerant job the others go on, if there are any; what a driver has finished stays so. */
  private lose(node: NodeHandle, failure: JobFailure): void {
    const others = this.nodes.filter((each) => each.live && each !== node);
    const goesOn = others.length > 0 || this.scaling.driverHasFinished;
    if (!this.outlives(node.rank) || this.info.state !== 'running' || !goesOn) return this.end(failure);
    node.lost = true;
    void this.print(node.rank, 'lockstep', `${failure.error.message} The job goes on without it.`);
    for (const other of others) other.notify('nodeFailed', { rank: node.rank, byItself: !node.taken });
    if (!node.ready) this.launchNext();
    this.scaling.look();
    this.concludeIfOver();
  }

  /** A node that is gone tells so by itself, soon; one that is not has lost messages. */
  peerLost(rank: number, peer: number): void {
    this.timers.push(
      setTimeout(() => {
        if (this.nodes[peer]?.live) this.fail(rank, new LockstepError('peerLost', { rank, peer }));
      }, peerGraceMs),
    );
  }

  /** The job is over: for better, without a failure, or for worse. */
  end(failure: JobFailure | undefined): void {
    if (this.info.state === 'stopping' || this.final) return;
    this.change({ state: 'stopping', failure });
    this.faults.close();
    this.scaling.look();
    for (const node of this.nodes) {
      if (!node.process) node.die('it was not started any more');
      else if (failure) node.process.kill();
      else node.notify('exit', {});
    }
    this.timers.push(
      setTimeout(() => {
        for (const node of this.nodes) node.process?.kill();
      }, exitGraceMs),
    );
    this.settle();
  }

  /** Once the last process is gone, so is the job. */
  private settle(): void {
    if (this.info.state !== 'stopping' || this.nodes.some((node) => node.process && !node.ended)) return;
    for (const timer of this.timers) clearTimeout(timer);
    this.publishMetrics();
    this.recordings.close();
    const { failure } = this.info;
    const state = !failure ? 'succeeded' : failure.error.code === 'stopped' ? 'stopped' : 'failed';
    this.debugging.close();
    if (state === 'succeeded') forgetJournalMachine(this.spec);
    this.change({ state, endedAtMs: Date.now(), debugged: false });
    this.context.onPausedChanged();
    this.resolveEnded(this.info);
  }

  change(part: Partial<JobInfo>): void {
    this.info = { ...this.info, ...part };
    void this.context.publish({ type: 'jobChanged', job: this.info });
  }

  /** A line of output, of a node or about it. */
  async print(rank: number, stream: OutputStream, text: string): Promise<void> {
    this.output.add({ rank, stream, text });
    if (stream !== 'lockstep') this.faults.printed(rank, text);
    await this.context.publish({ type: 'output', job: this.info.id, rank, stream, text });
  }

  private detect(): void {
    // A node that takes a message and goes on waiting in the same place looks as before: no change tells of it.
    void this.deadlock.check();
    judgeSilence(this.detector, this.nodes, this.context);
  }

  private publishMetrics(): void {
    for (const event of takeSamples(this.info.id, this.nodes, this.context.metricsMs)) {
      void this.context.publish(event);
    }
  }

  /** Tells the debugger of a deadlock. */
  tell(failure: JobFailure): void {
    void this.context.publish({ type: 'deadlockFound', job: this.info.id, failure });
  }
}
