/** All that the editor knows of jobs and nodes, reduced from a coordinator's events; no view asks further. */
import { Emitter, type Event } from '../../runtime/core/emitter';
import type { ClusterEvent, EdgeTraffic } from '../../runtime/protocol/events';
import { type FaultHistory, historyAfter, noFaults, withoutNode } from '../../runtime/protocol/faultHistory';
import type { HostInfo } from '../../runtime/protocol/host';
import type { WireError } from '../../runtime/protocol/errors';
import type { JobInfo, JobSnapshot, JobState } from '../../runtime/protocol/job';
import type { NodeInfo, NodeMetrics } from '../../runtime/protocol/node';
import { keptSamples, type MetricsJob, type MetricsSample } from '../../webviews/metrics/contract';
import type { TaskBoard } from '../../runtime/protocol/tasks';
import type { TimelineJob } from '../../webviews/timeline/contract';
import type { TopologyJob } from '../../webviews/topology/contract';
import { OperationLog } from './operationLog';

/** How many ended jobs stay in the lists; the oldest go first. */
export const keptEndedJobs = 20;

/** One job as the editor knows it. */
export interface JobRecord {
  job: JobInfo;
  /** By rank. */
  nodes: NodeInfo[];
  /** Newest sample of each rank. */
  latest: Map<number, NodeMetrics>;
  samples: MetricsSample[];
  /** Sums since the job's start, by `source>destination`. */
  traffic: Map<string, EdgeTraffic>;
  /** What went wrong on purpose. */
  faults: FaultHistory;
  /** Of a program of tasks: how they stood last, and when that was. */
  tasks?: { timeMs: number; board: TaskBoard };
}

/** Whether a job in this state is over. */
export function hasEnded(state: JobState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'stopped';
}

/** Nodes are stored by rank; one that has not been heard of yet leaves a hole. */
function withoutHoles(nodes: NodeInfo[]): NodeInfo[] {
  return nodes.filter(() => true);
}

/** Jobs, nodes, samples and traffic, kept up to date by `apply`. */
export class JobModel {
  private readonly records = new Map<string, JobRecord>();
  private readonly applied = new Emitter<ClusterEvent>();
  private readonly replaced = new Emitter<void>();
  private readonly machines = new Map<string, HostInfo>();
  private stands = false;

  /** What the nodes of the newest jobs did, of those that were recorded. */
  readonly operations = new OperationLog();
  /** Fired after an event has been taken in. */
  readonly onEvent: Event<ClusterEvent> = this.applied.event;
  /** Fired when jobs came or went without an event: everything has to be drawn afresh. */
  readonly onReplaced: Event<void> = this.replaced.event;

  /** Whether the cluster's clock stands because a node is paused. */
  get clockStands(): boolean {
    return this.stands;
  }

  /** Newest first. */
  jobs(): JobRecord[] {
    return [...this.records.values()].sort((a, b) => b.job.startedAtMs - a.job.startedAtMs);
  }

  /** Jobs that have not ended, newest first. */
  running(): JobRecord[] {
    return this.jobs().filter((record) => !hasEnded(record.job.state));
  }

  get(job: string): JobRecord | undefined {
    return this.records.get(job);
  }

  /** The nodes of a job that have been heard of, by rank. */
  nodes(job: string): NodeInfo[] {
    return withoutHoles(this.records.get(job)?.nodes ?? []);
  }

  /** The machines that are told of: all of them, or those of one cluster. */
  hosts(cluster?: string): HostInfo[] {
    const all = [...this.machines.values()];
    return cluster === undefined ? all : all.filter((host) => host.cluster === cluster);
  }

  host(name: string): HostInfo | undefined {
    return this.machines.get(name);
  }

  node(job: string, rank: number): NodeInfo | undefined {
    return this.records.get(job)?.nodes[rank];
  }

  /** Takes in jobs that were there before the first event. */
  add(snapshots: JobSnapshot[]): void {
    if (snapshots.length === 0) return;
    for (const { job, nodes, faults, tasks } of snapshots) {
      const record = this.record(job);
      if (faults) record.faults = faults;
      record.tasks = tasks;
      for (const node of nodes) record.nodes[node.rank] = node;
    }
    this.replaced.fire();
  }

  /** Forgets the jobs that the test picks out. */
  remove(test: (job: JobInfo) => boolean): void {
    let removed = false;
    for (const [id, { job }] of this.records) {
      if (!test(job)) continue;
      this.records.delete(id);
      this.operations.delete(id);
      removed = true;
    }
    if (removed) this.replaced.fire();
  }

  /** The coordinator of these jobs is gone: those that ran are over, stopped or, with an error, failed. */
  endAll(test: (job: JobInfo) => boolean, endedAtMs: number, error?: WireError): void {
    for (const { job, nodes } of this.running()) {
      if (!test(job)) continue;
      for (const node of nodes.filter(({ state }) => state !== 'done')) {
        this.apply({ type: 'nodeChanged', node: { ...node, state: 'dead', wait: undefined } });
      }
      const ended: JobInfo = { ...job, state: error ? 'failed' : 'stopped', endedAtMs, debugged: false };
      this.apply({ type: 'jobChanged', job: error ? { ...ended, failure: { error } } : ended });
    }
    if (this.stands) this.apply({ type: 'clockChanged', stands: false });
  }

  /** Drops machines that nobody tells of any more. */
  forgetHosts(names: Iterable<string>): void {
    for (const name of names) {
      const host = this.machines.get(name);
      if (host) this.apply({ type: 'hostChanged', host: { ...host, state: 'closed' } });
    }
  }

  apply(event: ClusterEvent): void {
    switch (event.type) {
      case 'jobChanged':
        this.record(event.job);
        break;
      case 'nodeChanged': {
        const record = this.records.get(event.node.job);
        if (!record) break;
        record.nodes[event.node.rank] = event.node;
        if (event.node.state === 'dead') record.faults = withoutNode(record.faults, event.node.rank);
        break;
      }
      case 'metrics':
        this.sample(event);
        break;
      case 'traffic':
        for (const edge of event.edges) this.count(event.job, edge);
        break;
      case 'tasksChanged': {
        const record = this.records.get(event.job);
        if (record) record.tasks = { timeMs: event.timeMs, board: event.board };
        break;
      }
      case 'operations':
        if (this.records.has(event.job)) this.operations.add(event);
        break;
      case 'clockChanged':
        this.stands = event.stands;
        break;
      case 'hostChanged':
        if (event.host.state === 'closed') this.machines.delete(event.host.name);
        else this.machines.set(event.host.name, event.host);
        break;
      case 'faultInjected': {
        const record = this.records.get(event.job);
        if (record) record.faults = historyAfter(record.faults, event);
        break;
      }
      case 'output':
      case 'deploymentChanged':
      case 'deadlockFound':
      case 'jobScaled':
        break;
    }
    this.applied.fire(event);
  }

  /** Everything that the topology view starts from. */
  topology(): TopologyJob[] {
    return this.jobs().map(({ job, nodes, traffic, faults }) => ({
      job,
      nodes: withoutHoles(nodes),
      traffic: [...traffic.values()],
      faults,
    }));
  }

  /** Everything that the metrics view starts from. */
  metrics(): MetricsJob[] {
    return this.jobs().map(({ job, nodes, samples }) => ({ job, nodes: withoutHoles(nodes), samples }));
  }

  /** Everything that the timeline starts from. */
  timeline(): TimelineJob[] {
    return this.jobs().map(({ job, nodes, faults }) => ({
      job,
      nodes: withoutHoles(nodes),
      operations: this.operations.events(job.id),
      faults,
    }));
  }

  private record(job: JobInfo): JobRecord {
    const known = this.records.get(job.id);
    if (known) {
      known.job = job;
      if (hasEnded(job.state)) this.dropOldest();
      return known;
    }
    const record: JobRecord = {
      ...{ job, nodes: [], latest: new Map(), samples: [], traffic: new Map() },
      faults: noFaults,
    };
    this.records.set(job.id, record);
    return record;
  }

  private dropOldest(): void {
    const ended = this.jobs().filter(({ job }) => hasEnded(job.state));
    for (const { job } of ended.slice(keptEndedJobs)) this.records.delete(job.id);
  }

  private sample(event: MetricsSample): void {
    const record = this.records.get(event.job);
    if (!record) return;
    for (const node of event.nodes) record.latest.set(node.rank, node);
    record.samples.push(event);
    if (record.samples.length > keptSamples) record.samples.splice(0, record.samples.length - keptSamples);
  }

  private count(job: string, edge: EdgeTraffic): void {
    const traffic = this.records.get(job)?.traffic;
    const key = `${edge.source}>${edge.destination}`;
    const sum = traffic?.get(key);
    traffic?.set(key, {
      ...edge,
      messages: edge.messages + (sum?.messages ?? 0),
      bytes: edge.bytes + (sum?.bytes ?? 0),
    });
  }
}
