/**
 * The metrics view's messages, both ways. The host keeps the newest samples: a snapshot answers `ready`, then events follow.
 * May import: types of runtime/protocol.
 */
import type { ClusterEvent } from '../../runtime/protocol/events';
import type { JobSnapshot } from '../../runtime/protocol/job';

/** The kinds of events that the metrics view asks its host for; it ignores others. */
export const metricsEvents = ['jobChanged', 'nodeChanged', 'metrics', 'clockChanged'] as const;

/** How many of a job's `metrics` events a host keeps for a view that is opened later: five minutes. */
export const keptSamples = 600;

/** One `metrics` event: a sample of each node. */
export type MetricsSample = Extract<ClusterEvent, { type: 'metrics' }>;

/** A job and its newest samples. */
export interface MetricsJob extends JobSnapshot {
  /** At most {@link keptSamples}, oldest first. */
  samples: MetricsSample[];
}

/** From the extension to the view. */
export type ToMetrics =
  /** All there is; replaces what the view knew. Answers `ready`, and may be sent again at any time. */
  | { type: 'snapshot'; jobs: MetricsJob[]; clockStands: boolean }
  /** What happened since, in order; batched to at most about 20 messages a second. */
  | { type: 'events'; events: ClusterEvent[] }
  /** The node whose thread the debugger now stands on; without one, none. Marks it in the view. */
  | { type: 'focused'; node?: { job: string; rank: number } }
  /** Show this job (somebody picked it elsewhere). */
  | { type: 'showJob'; job: string };

/** From the view to the extension. */
export type FromMetrics =
  /** The view has loaded and wants a snapshot. */
  | { type: 'ready' }
  /** Bring the node's thread to the front in the debugger; its output where the job is not debugged. */
  | { type: 'focusNode'; job: string; rank: number }
  | { type: 'showOutput'; job: string; rank: number }
  /** The user picked this job in the view. */
  | { type: 'selectJob'; job: string }
  /** The empty state's buttons: run the program in the active editor; create a sample workspace. */
  | { type: 'runProgram' }
  | { type: 'createSample' };
