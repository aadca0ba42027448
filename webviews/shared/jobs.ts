import type { ClusterEvent } from '../../runtime/protocol/events';
import { type FaultHistory, historyAfter, noFaults, withoutNode } from '../../runtime/protocol/faultHistory';
import type { JobInfo, JobSnapshot, JobState } from '../../runtime/protocol/job';
import type { NodeInfo, Wait } from '../../runtime/protocol/node';

/** A node as a view knows it. */
export interface NodeView {
  info: NodeInfo;
  /** On the view's clock: since when it is in this state, waiting for this. */
  sinceMs: number;
  /** What it waited for when its process ended; explains a deadlock after the fact. */
  lastWait?: Wait;
}

export interface JobView {
  job: JobInfo;
  /** By rank; there are always `job.size` of them. */
  nodes: readonly NodeView[];
  /** What went wrong on purpose; after the end of the job: what was in force then. */
  faults: FaultHistory;
}

/** The jobs that a view knows and the one it shows. */
export interface Jobs {
  byId: ReadonlyMap<string, JobView>;
  shown?: string;
}

/** How many jobs a view remembers; the oldest that have ended are forgotten first. */
export const rememberedJobs = 16;

/** A job that has ended does not change any more. */
export function hasEnded(state: JobState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'stopped';
}

/** The node whose failure ended the job; in a deadlock no single node is at fault. */
export function failedRank({ state, failure }: JobInfo): number | undefined {
  return state === 'failed' && failure?.error.code !== 'deadlock' ? failure?.rank : undefined;
}

function jobView(
  job: JobInfo,
  infos: readonly NodeInfo[],
  nowMs: number,
  faults: FaultHistory = noFaults,
): JobView {
  const nodes = Array.from({ length: job.size }, (_, rank): NodeView => ({
    info: infos.find((info) => info.rank === rank) ?? unseenNode(job.id, rank),
    sinceMs: nowMs,
  }));
  return { job, nodes, faults };
}

const unseenNode = (job: string, rank: number): NodeInfo => ({
  job,
  rank,
  state: 'starting',
  host: '',
  pid: 0,
  epoch: 0,
});

/**
 * The jobs of a snapshot. Shows `wanted` where it is among them, else the newest; but rather the newest that has not
 * ended than one that has.
 */
export function jobsOfSnapshot(
  snapshots: readonly JobSnapshot[],
  wanted: string | undefined,
  nowMs: number,
): Jobs {
  // A wait that a snapshot tells of has lasted for some time already.
  const byId = new Map(
    snapshots.map(({ job, nodes, faults }) => [job.id, jobView(job, nodes, nowMs - 60_000, faults)] as const),
  );
  const known = wanted === undefined ? undefined : byId.get(wanted);
  const active = newest([...byId.values()].filter(({ job }) => !hasEnded(job.state)));
  if (known && !(active && hasEnded(known.job.state))) return { byId, shown: wanted };
  return { byId, shown: active ?? newest([...byId.values()]) };
}

function newest(views: readonly JobView[]): string | undefined {
  let best: JobInfo | undefined;
  for (const { job } of views) if (!best || job.startedAtMs >= best.startedAtMs) best = job;
  return best?.id;
}

/** The jobs after an event; a job that was not known before is shown from then on. */
export function applyJobEvent(jobs: Jobs, event: ClusterEvent, nowMs: number): Jobs {
  if (event.type === 'jobChanged') return changeJob(jobs, event.job, nowMs);
  if (event.type === 'nodeChanged') return changeNode(jobs, event.node, nowMs);
  if (event.type === 'faultInjected') {
    const known = jobs.byId.get(event.job);
    if (!known) return jobs;
    const faults = historyAfter(known.faults, event);
    return { ...jobs, byId: new Map(jobs.byId).set(event.job, { ...known, faults }) };
  }
  return jobs;
}

function changeJob(jobs: Jobs, job: JobInfo, nowMs: number): Jobs {
  const known = jobs.byId.get(job.id);
  const byId = new Map(jobs.byId);
  if (known) {
    // Nodes may have joined since.
    const joined = jobView(job, [], nowMs).nodes.slice(known.nodes.length);
    byId.set(job.id, { ...known, job, nodes: joined.length > 0 ? [...known.nodes, ...joined] : known.nodes });
    return { ...jobs, byId };
  }
  byId.set(job.id, jobView(job, [], nowMs));
  for (const [id, each] of byId) {
    if (byId.size <= rememberedJobs) break;
    if (id !== job.id && hasEnded(each.job.state)) byId.delete(id);
  }
  return { byId, shown: job.id };
}

function changeNode(jobs: Jobs, info: NodeInfo, nowMs: number): Jobs {
  const known = jobs.byId.get(info.job);
  const before = known?.nodes[info.rank];
  if (!known || !before) return jobs;
  const nodes = [...known.nodes];
  nodes[info.rank] = {
    info,
    sinceMs: isSameActivity(before.info, info) ? before.sinceMs : nowMs,
    lastWait:
      info.state === 'dead' || info.state === 'done' ? (before.info.wait ?? before.lastWait) : undefined,
  };
  const faults = info.state === 'dead' ? withoutNode(known.faults, info.rank) : known.faults;
  return { ...jobs, byId: new Map(jobs.byId).set(info.job, { ...known, nodes, faults }) };
}

function isSameActivity(a: NodeInfo, b: NodeInfo): boolean {
  return (
    a.state === b.state &&
    a.wait?.operation === b.wait?.operation &&
    a.wait?.peer === b.wait?.peer &&
    a.wait?.tag === b.wait?.tag &&
    a.wait?.communicator === b.wait?.communicator
  );
}

/** The job that is shown, if there is one. */
export function shownJob(jobs: Jobs): JobView | undefined {
  return jobs.shown === undefined ? undefined : jobs.byId.get(jobs.shown);
}
