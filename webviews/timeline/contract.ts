/**
 * The timeline view's messages, both ways. The host keeps the newest operations: a snapshot answers `ready`, then
 * events follow. May import: types of runtime/protocol.
 */
import type { ClusterEvent } from '../../runtime/protocol/events';
import type { JobSnapshot } from '../../runtime/protocol/job';
import type { SourceLocation } from '../../runtime/protocol/node';

/** The kinds of events that the timeline asks its host for; it ignores others. */
export const timelineEvents = [
  'jobChanged',
  'nodeChanged',
  'operations',
  'clockChanged',
  'faultInjected',
] as const;

/** Operations of one node as they came. */
export type OperationsEvent = Extract<ClusterEvent, { type: 'operations' }>;

/** Jobs whose operations are kept: the newest that were recorded. */
export const keptRecordings = 3;

/** A job and its newest operations. */
export interface TimelineJob extends JobSnapshot {
  operations: OperationsEvent[];
}

/** From the extension to the view. */
export type ToTimeline =
  /** All there is; replaces what the view knew. Answers `ready`, and may be sent again at any time. */
  | { type: 'snapshot'; jobs: TimelineJob[]; clockStands: boolean }
  /** What happened since, in order; batched to at most about 20 messages a second. */
  | { type: 'events'; events: ClusterEvent[] }
  /** The node whose thread the debugger now stands on; without one, none. Marks it in the view. */
  | { type: 'focused'; node?: { job: string; rank: number } }
  /** Show this job (somebody picked it elsewhere). */
  | { type: 'showJob'; job: string };

/** From the view to the extension. */
export type FromTimeline =
  /** The view has loaded and wants a snapshot. */
  | { type: 'ready' }
  /** Go to this node: its thread while it is debugged, else its output. */
  | { type: 'focusNode'; job: string; rank: number }
  | { type: 'openSource'; at: SourceLocation }
  /** Write the operations of this job into a file for ui.perfetto.dev. */
  | { type: 'exportTrace'; job: string }
  /** The user picked this job in the view. */
  | { type: 'selectJob'; job: string }
  /** The empty state's buttons: run the program in the active editor; create a sample workspace. */
  | { type: 'runProgram' }
  | { type: 'createSample' };
