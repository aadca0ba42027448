import { describeState, describeWait, type Wait } from '../../runtime/protocol/node';
import { drawnNodeFaults } from '../shared/faultWords';
import { failedRank, hasEnded, type JobView, type NodeView } from '../shared/jobs';

/** A blocked node and the one it waits for. */
export interface WaitArrow {
  from: number;
  to: number;
  wait: Wait;
  /** Whether following the arrows from here leads back here: nobody on the way can go on. */
  circular: boolean;
  /** Whether that one waits for this one too. */
  mutual: boolean;
}

/** A wait shorter than this is not drawn: in a program that flows, nodes block all the time. */
export const drawnAfterMs = 300;

/** What a node waits for, or waited for when a deadlock ended its job. */
export function waitOf(node: NodeView, view: JobView, nowMs: number): Wait | undefined {
  if (endedByDeadlock(view)) return node.info.wait ?? node.lastWait;
  if (hasEnded(view.job.state) || node.info.state !== 'blocked') return undefined;
  return nowMs - node.sinceMs >= drawnAfterMs ? node.info.wait : undefined;
}

/** What a node is doing, and what goes wrong with it, in few words; after the end of the job, how it took part in that. */
export function nodeWords(node: NodeView, view: JobView): string {
  const wrong = hasEnded(view.job.state) ? [] : faultsBesides(node, view);
  return [activityWords(node, view), ...wrong].join(' · ');
}

/** What goes wrong on purpose with a node that still lives; what goes wrong with its messages stands at its edges. */
export function faultsBesides({ info }: NodeView, { faults, nodes }: JobView): string[] {
  const gone = info.state === 'dead' || info.state === 'done';
  return gone ? [] : drawnNodeFaults(faults.active, info.rank, nodes.length);
}

function activityWords(node: NodeView, view: JobView): string {
  const last = endedByDeadlock(view) ? waitOf(node, view, Infinity) : undefined;
  if (last) return `waited in ${describeWait(last)}`;
  if (failedRank(view.job) === node.info.rank) return 'failed';
  return hasEnded(view.job.state) && node.info.state === 'dead' ? 'ended' : describeState(node.info);
}

function endedByDeadlock({ job }: JobView): boolean {
  return job.state === 'failed' && job.failure?.error.code === 'deadlock';
}

/** An arrow for each wait that is for one node. */
export function waitArrows(view: JobView, nowMs: number): WaitArrow[] {
  const arrows: WaitArrow[] = [];
  for (const node of view.nodes) {
    const wait = waitOf(node, view, nowMs);
    const to = wait?.peer ?? -1;
    if (wait && to >= 0 && to < view.nodes.length && to !== node.info.rank) {
      arrows.push({ from: node.info.rank, to, wait, circular: false, mutual: false });
    }
  }
  const circular = new Set(circularWaits(arrows).flat());
  return arrows.map((arrow) => ({
    ...arrow,
    circular: circular.has(arrow.from),
    mutual: arrows.some(({ from, to }) => from === arrow.to && to === arrow.from),
  }));
}

/**
 * The circles in a wait-for graph, each from its lowest rank on in the order of waiting. A node waits for at most
 * one other here, so that following the arrows once from every node finds them all.
 */
export function circularWaits(arrows: readonly Pick<WaitArrow, 'from' | 'to'>[]): number[][] {
  const next = new Map(arrows.map(({ from, to }) => [from, to]));
  const seen = new Set<number>();
  const circles: number[][] = [];
  for (const start of next.keys()) {
    const path: number[] = [];
    let rank: number | undefined = start;
    while (rank !== undefined && !seen.has(rank)) {
      seen.add(rank);
      path.push(rank);
      rank = next.get(rank);
    }
    const back = rank === undefined ? -1 : path.indexOf(rank);
    if (back >= 0) circles.push(fromLowest(path.slice(back)));
  }
  return circles;
}

function fromLowest(circle: number[]): number[] {
  const start = circle.indexOf(Math.min(...circle));
  return [...circle.slice(start), ...circle.slice(0, start)];
}

/** A circle in words: `0 → 1 → 2 → 0`; a long one is cut in the middle. */
export function describeCircle(circle: readonly number[]): string {
  const shown = circle.length > 10 ? [...circle.slice(0, 6), '…', ...circle.slice(-2)] : [...circle];
  return [...shown, circle[0]].join(' → ');
}
