/**
 * One program on N nodes, from launch to the last process's end.
 *
 *   starting --all ready, released--> running --all finished--> succeeded
 *                                     running --a node failed--> stopping --> failed
 *                                     any     --stop-->          stopping --> stopped
 */
import { availableParallelism } from 'node:os';
import type { ProcessEnd } from '../launch/local';
import type { AgentRequests, AgentToCoordinator } from '../protocol/agentLink';
import type { CdpMessage } from '../protocol/debug';
import { LockstepError } from '../protocol/errors';
import type { OutputStream } from '../protocol/events';
import type { Bundle, JobFailure, JobInfo, JobSpec } from '../protocol/job';
import type { Link } from '../transport/link';
import { type AgentHandlers, AgentLink } from './agentLink';
import { DeadlockReport } from './deadlockReport';
import { DeadlockWatch } from './deadlockWatch';
import type { Debugger } from './debugger';
import { describeEnd, describeLoss } from './describeEnd';
import { FailureDetector } from './failureDetector';
import { exceedMemory } from './exceedMemory';
import type { JobContext } from './jobContext';
import { faultyJob } from './faults/faultyJob';
import { JobFaults } from './faults/jobFaults';
import { JobTasks } from './jobTasks';
import { judgeEnd } from './judgeEnd';
import { judgeSilence } from './judgeSilence';
import { NodeHandle } from './nodeHandle';
import { OutputStore } from './outputStore';
import { Recordings } from './recordings';
import { startNodes } from './startNodes';
import { takeSamples } from './samples';
import { planTransport } from './transportPlan';

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
  private readonly deadlock: DeadlockWatch;
  private deadlockReport = new DeadlockReport();
  private debugger: Debugger | undefined;
  /** Whether the job goes on when the node of this rank dies. */
  outlives: (rank: number) => boolean = () => this.spec.faultTolerant === true;
  readonly recordings: Recordings;
  readonly faults: JobFaults;
  readonly tasks = new JobTasks(this);
  info: JobInfo;

  constructor(
    id: string,
    cluster: string,
    size: number,
    private readonly spec: JobSpec,
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
    this.released = !spec.hold;
    this.recordings = new Recordings(spec.trace === true, context);
    this.detector = new FailureDetector(context.detector);
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
    this.nodes = Array.from(
      { length: size },
      (_, rank) =>
        new NodeHandle(id, rank, context.seats[rank]?.host.name ?? '', (node) => this.nodeChanged(node.rank)),
    );
    this.faults = new JobFaults(faultyJob(this), spec.faults);
    this.deadlock = new DeadlockWatch(this.nodes, (...found) => this.reportDeadlock(...found), this.faults);
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
    if (node && expected && !node.connected) node.connect(new AgentLink(link, this.handlersOf(node)));
    else link.destroy();
  }

  private handlersOf(node: NodeHandle): AgentHandlers {
    const { rank } = node;
    return {
      heard: () => this.detector.heard(rank, this.context.clock.nowMs()),
      closed: () => (node.process?.lost ?? node.process?.kill)?.(),
      ready: (ready) => this.nodeReady(node, ready),
      status: (status) => node.report(status),
      metrics: ({ metrics, traffic }) => {
        node.metrics = metrics;
        node.traffic.push(...traffic);
      },
      peerLost: ({ rank: peer }) => this.peerLost(rank, peer),
      endNode: ({ rank: other }) => this.kill(other),
      outlives: ({ essentialRank }) => (this.outlives = (each) => each !== essentialRank),
      ...this.recordings.handlersOf(rank, this.info.id),
      tasks: (board) => this.tasks.told(board),
      cdp: ({ message }) => this.debugger?.onCdp(this.info.id, rank, message),
      output: async ({ chunks }) => {
        for (const { stream, text } of chunks) await this.print(rank, stream, text);
      },
      finished: (result) => this.nodeFinished(node, result),
      injectFault: (fault) => this.faults.inject(fault, 'program'),
      outOfMemory: (excess) => exceedMemory(this, node, excess),
    };
  }

  /** Lets the nodes load the program, now or once all are ready. */
  release(): void {
    this.released = true;
    this.startProgram();
  }

  attachDebugger(client: Debugger): void {
    if (this.debugger) throw new LockstepError('alreadyDebugged', { job: this.info.id });
    if (this.final) throw new LockstepError('jobEnded', { job: this.info.id, state: this.info.state });
    this.debugger = client;
    this.deadlockReport = new DeadlockReport();
    this.change({ debugged: true });
    for (const node of this.nodes) if (node.ready) node.notify('attachDebugger', {});
  }

  detachDebugger(client: Debugger): void {
    if (this.debugger !== client) return;
    this.debugger = undefined;
    this.change({ debugged: false });
    for (const node of this.nodes) node.notify('detachDebugger', {});
    // Whoever held the nodes has gone.
    this.release();
  }

  /** A DevTools-protocol message from the debugger to a node. */
  toNode(client: Debugger, rank: number, message: CdpMessage): void {
    if (this.debugger === client) this.nodes[rank]?.notify('cdp', { message });
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

  private nodeReady(node: NodeHandle, ready: AgentToCoordinator['ready']): void {
    node.becomeReady(ready);
    void this.recordings.measure(node.rank, node).catch(() => undefined); // its link has closed, which is told
    if (this.debugger) node.notify('attachDebugger', {});
    const next = this.nodes.find((each) => !each.process);
    if (next && this.info.state === 'starting') this.launch(next);
    this.startProgram();
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
    if (node.info.state === 'paused') this.deadlockReport.paused(rank);
    if (node.info.state === 'dead') this.faults.died(rank);
    if (node.info.state === 'blocked' || node.info.state === 'done') void this.deadlock.check();
  }

  private nodeFinished(node: NodeHandle, finished: AgentRequests['finished']): void {
    node.finished = finished;
    if (finished.failure) {
      node.die(finished.failure.error.message);
      this.end({ ...finished.failure, rank: node.rank });
    } else this.concludeIfOver();
  }

  private concludeIfOver(): void {
    if (!this.nodes.every((each) => each.finished ?? each.lost)) return;
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
    if (!node.finished && this.info.state !== 'stopping')
      this.lose(node, describeLoss(node, end, this.context.heapMiB[node.rank]));
    this.settle();
  }

  /** A node has died: in a fault-tolerant job the others go on, if there are any. */
  private lose(node: NodeHandle, failure: JobFailure): void {
    const others = this.nodes.filter((each) => each.live && each !== node);
    if (!this.outlives(node.rank) || this.info.state !== 'running' || others.length === 0)
      return this.end(failure);
    node.lost = true;
    void this.print(node.rank, 'lockstep', `${failure.error.message} The job goes on without it.`);
    for (const other of others) other.notify('nodeFailed', { rank: node.rank, byItself: !node.taken });
    this.concludeIfOver();
  }

  /** A node that is gone tells so by itself, soon; one that is not has lost messages. */
  private peerLost(rank: number, peer: number): void {
    this.timers.push(
      setTimeout(() => {
        if (this.nodes[peer]?.live) this.fail(rank, new LockstepError('peerLost', { rank, peer }));
      }, peerGraceMs),
    );
  }

  /** The job is over: for better, without a failure, or for worse. */
  private end(failure: JobFailure | undefined): void {
    if (this.info.state === 'stopping' || this.final) return;
    this.change({ state: 'stopping', failure });
    this.faults.close();
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
    this.debugger = undefined;
    this.change({ state, endedAtMs: Date.now(), debugged: false });
    this.context.onPausedChanged();
    this.resolveEnded(this.info);
  }

  private change(part: Partial<JobInfo>): void {
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

  /** A debugger stops the nodes first, so that they can be looked at; otherwise the job ends. */
  private reportDeadlock(failure: JobFailure, stuck: number[]): void {
    const next = this.debugger ? this.deadlockReport.found(failure, stuck) : 'end';
    if (next === 'end') this.end(failure);
    if (next === 'tell') void this.context.publish({ type: 'deadlockFound', job: this.info.id, failure });
  }

  /** The debugger does not stop at the deadlock that it was told of. */
  endDeadlock(): void {
    if (this.deadlockReport.failure) this.end(this.deadlockReport.failure);
  }
}
