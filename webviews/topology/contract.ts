/**
 * The topology view's messages, both ways. The host keeps the model: a snapshot answers `ready`, then events follow.
 * May import: types of runtime/protocol.
 */
import type { ClusterEvent, EdgeTraffic } from '../../runtime/protocol/events';
import type { JobSnapshot } from '../../runtime/protocol/job';
import type { SourceLocation } from '../../runtime/protocol/node';

/** The kinds of events that the topology view asks its host for; it ignores others. */
export const topologyEvents = [
  'jobChanged',
  'nodeChanged',
  'traffic',
  'clockChanged',
  'faultInjected',
] as const;

/** A job and what has gone over its edges since it started. */
export interface TopologyJob extends JobSnapshot {
  /** Sums since the job's start, one an edge. */
  traffic: EdgeTraffic[];
}

/** What the editor's settings say about the view. */
export interface TopologyOptions {
  /** `auto` follows the system's reduced-motion preference; `off` never moves anything. */
  animation: 'auto' | 'off';
}

/** From the extension to the view. */
export type ToTopology =
  /** All there is; replaces what the view knew. Answers `ready`, and may be sent again at any time. */
  | { type: 'snapshot'; jobs: TopologyJob[]; clockStands: boolean }
  /** What happened since, in order; batched to at most about 20 messages a second. */
  | { type: 'events'; events: ClusterEvent[] }
  | { type: 'options'; options: TopologyOptions }
  /** The node whose thread the debugger now stands on; without one, none. Selects it in the view. */
  | { type: 'focused'; node?: { job: string; rank: number } }
  /** Show this job (somebody picked it elsewhere). */
  | { type: 'showJob'; job: string };

/** From the view to the extension. */
export type FromTopology =
  /** The view has loaded and wants a snapshot and options. */
  | { type: 'ready' }
  /** Bring the node's thread to the front in the debugger; its output where the job is not debugged. */
  | { type: 'focusNode'; job: string; rank: number }
  | { type: 'showOutput'; job: string; rank: number }
  | { type: 'openSource'; at: SourceLocation }
  /** Ask what is to go wrong on purpose with a node, or on the way from one to another, and let it. */
  | { type: 'injectFault'; job: string; rank: number }
  | { type: 'injectLinkFault'; job: string; from: number; to: number }
  /** Cut the way between two nodes, both ways. */
  | { type: 'cutLink'; job: string; from: number; to: number }
  /** End the fault that these words describe; without any, all of the job. */
  | { type: 'healFaults'; job: string; fault?: string }
  /** The user picked this job in the view. */
  | { type: 'selectJob'; job: string }
  /** The empty state's buttons: run the program in the active editor; create a sample workspace. */
  | { type: 'runProgram' }
  | { type: 'createSample' };
