/** The debugger of a job, if it has one, and what it is told of deadlocks: it stops the nodes before the job ends. */
import type { Seat } from '../launch/nodeHost';
import type { CdpMessage } from '../protocol/debug';
import { LockstepError } from '../protocol/errors';
import type { JobFailure, JobInfo } from '../protocol/job';
import { DeadlockReport } from './deadlockReport';
import type { Debugger } from './debugger';
import type { NodeHandle } from './nodeHandle';

/** What debugging needs of its job. */
export interface DebuggedJob {
  readonly info: JobInfo;
  readonly nodes: readonly NodeHandle[];
  readonly final: boolean;
  /** Where its nodes run, by rank. */
  readonly context: { readonly seats: readonly Seat[] };
  change(part: Pick<JobInfo, 'debugged'>): void;
  /** Whoever held the nodes has gone. */
  release(): void;
  /** Nodes can never go on, and the debugger has not been told so yet. */
  tell(failure: JobFailure): void;
  end(failure: JobFailure): void;
}

export class JobDebugging {
  private client: Debugger | undefined;
  private report = new DeadlockReport();

  constructor(private readonly job: DebuggedJob) {}

  get active(): boolean {
    return this.client !== undefined;
  }

  /** Throws LockstepError(alreadyDebugged, jobEnded). */
  attach(client: Debugger): void {
    const { info, nodes, final } = this.job;
    if (this.client) throw new LockstepError('alreadyDebugged', { job: info.id });
    if (final) throw new LockstepError('jobEnded', { job: info.id, state: info.state });
    this.client = client;
    this.report = new DeadlockReport();
    this.job.change({ debugged: true });
    for (const node of nodes) if (node.ready) this.open(node);
  }

  detach(client: Debugger): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.job.change({ debugged: false });
    for (const node of this.job.nodes) node.notify('detachDebugger', {});
    this.job.release();
  }

  /** The nodes may load the program; those of these ranks stop on its first line. */
  release(stopOnEntry: readonly number[] = []): void {
    const { nodes } = this.job;
    for (const rank of stopOnEntry) if (nodes[rank]) nodes[rank].stopsOnEntry = true;
    this.job.release();
  }

  /** A node is up. */
  nodeReady(node: NodeHandle): void {
    if (this.client) this.open(node);
  }

  private open(node: NodeHandle): void {
    const { bundlePath = '' } = this.job.context.seats[node.rank] ?? {};
    node.notify('attachDebugger', { bundlePath });
  }

  /** A node stands. */
  paused(rank: number): void {
    this.report.paused(rank);
  }

  /** A DevTools-protocol message from the debugger to a node. */
  toNode(client: Debugger, rank: number, message: CdpMessage): void {
    if (this.client === client) this.job.nodes[rank]?.notify('cdp', { message });
  }

  fromNode(rank: number, message: CdpMessage): void {
    this.client?.onCdp(this.job.info.id, rank, message);
  }

  /** A debugger stops the nodes first, so that they can be looked at; otherwise the job ends. */
  deadlock(failure: JobFailure, stuck: number[]): void {
    const next = this.client ? this.report.found(failure, stuck) : 'end';
    if (next === 'end') this.job.end(failure);
    if (next === 'tell') this.job.tell(failure);
  }

  /** The debugger does not stop at the deadlock that it was told of. */
  endDeadlock(): void {
    if (this.report.failure) this.job.end(this.report.failure);
  }

  /** The job has ended. */
  close(): void {
    this.client = undefined;
  }
}
