import type { StandingClock } from '../core/clock';
import type { LaunchedNode, ProcessEnd, RawOutput } from '../launch/local';
import type { Seat } from '../launch/nodeHost';
import type { ClusterEvent } from '../protocol/events';
import type { DetectorSettings } from './failureDetector';

/** What a job needs of its coordinator. */
export interface JobContext {
  clock: StandingClock;
  detector: DetectorSettings;
  metricsMs: number;
  /** Where each node runs, by rank. */
  seats: readonly Seat[];
  /** Heap limit of each node, by rank. */
  heapMiB: readonly number[];
  /** Number of the job, from 1. */
  number: number;
  /** Starts the process of a node. */
  launch(rank: number, onRawOutput: RawOutput, onEnd: (end: ProcessEnd) => void): LaunchedNode;
  /** Tells the clients; resolves when they can take more. */
  publish(event: ClusterEvent): Promise<void>;
  /** Some node stopped or started standing at a breakpoint. */
  onPausedChanged(): void;
}
