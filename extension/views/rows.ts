/** What a row of a tree says, without the editor: label, description, tooltip, icon and what can be done with it. */
import {
  describeMemoryLimit,
  describeState,
  type NodeInfo,
  type NodeMetrics,
  type NodeState,
} from '../../runtime/protocol/node';
import type { JobInfo } from '../../runtime/protocol/job';
import { type FaultHistory, noFaults } from '../../runtime/protocol/faultHistory';
import { describeFault } from '../../runtime/protocol/faults';
import { faultsOfNode, nodeFaultWords } from '../../webviews/shared/faultWords';
import { formatDuration, formatMemory, formatShare } from '../../webviews/shared/numberFormat';
import { hasEnded } from '../cluster/jobModel';
import { fileName } from '../debug/completeConfiguration';

/** A row as text; everything in it is shown as it is, never as markup. */
export interface Row {
  label: string;
  description: string;
  tooltip: string;
  /** Name of a codicon. */
  icon: string;
  /** Theme color of the icon. */
  color?: string;
  /** Words that the `when` clauses of the manifest's menus look for. */
  context: string;
  /** What a screen reader says. */
  spoken: string;
}

const stateIcons: Record<NodeState, { icon: string; color?: string }> = {
  starting: { icon: 'loading~spin' },
  running: { icon: 'play', color: 'charts.green' },
  blocked: { icon: 'watch', color: 'charts.orange' },
  busy: { icon: 'gear', color: 'charts.purple' },
  paused: { icon: 'debug-pause', color: 'debugIcon.pauseForeground' },
  suspect: { icon: 'question', color: 'charts.orange' },
  dead: { icon: 'error', color: 'charts.red' },
  done: { icon: 'check' },
};

/** The row of a node of a job, with its newest sample where there is one, and what goes wrong with it on purpose. */
export function nodeRow(
  node: NodeInfo,
  job: JobInfo,
  sample: NodeMetrics | undefined,
  { active } = noFaults,
): Row {
  const { debugged } = job;
  const live = node.state !== 'dead' && node.state !== 'done';
  const load = live && sample ? [formatShare(sample.cpuShare), formatMemory(sample.rssBytes)] : [];
  const state = describeState(node);
  const faults = live ? faultsOfNode(active, node.rank) : [];
  const wrong = nodeFaultWords(faults, node.rank, job.size);
  const words = [
    'node',
    live && 'live',
    debugged && live && 'debugged',
    node.state === 'paused' && 'paused',
    faults.length > 0 && 'faulty',
  ];
  const lines = [
    `Node ${node.rank} of ${node.job}: ${state}`,
    `Host: ${node.host}`,
    ...(node.pid > 0 ? [`Process: ${node.pid}`] : []),
    ...(node.memoryLimit ? [`Memory limit: ${describeMemoryLimit(node.memoryLimit)}`] : []),
    ...(node.wait?.at ? [`Waits at: ${fileName(node.wait.at.file)}:${node.wait.at.line}`] : []),
    ...faults.map((fault) => `Fault on purpose: ${describeFault(fault)}`),
    ...(sample ? sampleLines(sample) : []),
  ];
  return {
    label: `node ${node.rank}`,
    // What a narrow side bar cuts off is the rest.
    description: [...wrong, state, ...load].join(' · '),
    tooltip: lines.join('\n'),
    ...(wasEnded(node, job) ? { icon: 'circle-slash' } : stateIcons[node.state]),
    context: words.filter(Boolean).join(' '),
    spoken: [`node ${node.rank}`, state, ...wrong.map(onPurpose), node.host, ...load].join(', '),
  };
}

const onPurpose = (wrong: string): string => `${wrong} on purpose`;

/** Whether a node is gone because its job is, not the other way round: then it is no alarm. */
function wasEnded(node: NodeInfo, job: JobInfo): boolean {
  return (
    node.state === 'dead' &&
    (job.state === 'stopped' || (job.state === 'failed' && job.failure?.rank !== node.rank))
  );
}

function sampleLines(sample: NodeMetrics): string[] {
  return [
    `Processor: ${formatShare(sample.cpuShare)} of one core`,
    `Memory: ${formatMemory(sample.rssBytes)}, heap ${formatMemory(sample.heapUsedBytes)}`,
    `Blocked in communication: ${formatShare(sample.blockedShare)} of the time`,
    `Messages: ${sample.messagesIn} in, ${sample.messagesOut} out`,
  ];
}

/** The row of a job; `nowMs` tells how long a running one has run. */
export function jobRow(job: JobInfo, nowMs: number, { active }: FaultHistory = noFaults): Row {
  const ended = hasEnded(job.state);
  const name = fileName(job.program);
  const took = formatDuration((job.endedAtMs ?? nowMs) - job.startedAtMs);
  const faults = ended ? [] : active;
  const words = [
    'job',
    ended ? 'ended' : 'running',
    job.failure?.at && 'located',
    faults.length > 0 && 'faulty',
  ];
  const many = `${faults.length} fault${faults.length === 1 ? '' : 's'} on purpose`;
  const result = [resultOf(job, took), ...(faults.length > 0 ? [many] : [])].join(', ');
  const lines = [
    `${job.id}: ${job.program}`,
    `${nodes(job.size)} of ${startedBy(job)}, transport ${job.transport}`,
    ...(job.withoutMemory ? [`No shared memory: ${job.withoutMemory}`] : []),
    result,
    ...faults.map((fault) => `Fault on purpose: ${describeFault(fault)}`),
    ...(job.failure ? ['', job.failure.error.message, job.failure.stack ?? ''] : []),
  ];
  return {
    label: name,
    description: [job.id, nodes(job.size), result].join(' · '),
    tooltip: lines.join('\n').trimEnd(),
    ...jobIcon(job),
    context: words.filter(Boolean).join(' '),
    spoken: [name, job.id, nodes(job.size), result].join(', '),
  };
}

function startedBy({ transport, launcher, cluster }: JobInfo): string {
  return transport === 'mpi' ? (launcher ?? 'an MPI launcher') : `cluster ${cluster}`;
}

/** The row of a cluster, with the number of nodes that are up in it. */
export function clusterRow(name: string, liveNodes: number, coordinatorUp: boolean): Row {
  const state = liveNodes > 0 ? `${nodes(liveNodes)} · running` : coordinatorUp ? 'idle' : 'not started';
  return {
    label: name,
    description: state,
    tooltip: `Cluster ${name}: ${state}`,
    icon: 'server-process',
    context: coordinatorUp ? 'cluster running' : 'cluster',
    spoken: `cluster ${name}, ${state}`,
  };
}

/** What the status bar says: `local · 4 nodes · running`. */
export function statusText(cluster: string, nodeCount: number | undefined, state: string): string {
  return [cluster, nodeCount === undefined ? undefined : nodes(nodeCount), state].filter(Boolean).join(' · ');
}

/** `1 node`, `4 nodes`. */
export function nodes(count: number): string {
  return `${count} node${count === 1 ? '' : 's'}`;
}

function resultOf(job: JobInfo, took: string): string {
  switch (job.state) {
    case 'succeeded':
      return `succeeded in ${took}`;
    case 'stopped':
      return `stopped after ${took}`;
    case 'failed': {
      const where = job.failure?.rank === undefined ? '' : ` on node ${job.failure.rank}`;
      const reason = job.failure?.error.message.split('\n')[0];
      return `failed${where} after ${took}${reason ? `: ${reason}` : ''}`;
    }
    case 'running':
      return job.debugged ? 'running, debugged' : 'running';
    default:
      return job.state;
  }
}

function jobIcon(job: JobInfo): { icon: string; color?: string } {
  switch (job.state) {
    case 'succeeded':
      return { icon: 'pass', color: 'charts.green' };
    case 'failed':
      return { icon: 'error', color: 'charts.red' };
    case 'stopped':
      return { icon: 'circle-slash' };
    case 'running':
      return job.debugged
        ? { icon: 'debug', color: 'charts.green' }
        : { icon: 'play', color: 'charts.green' };
    default:
      return { icon: 'loading~spin' };
  }
}
