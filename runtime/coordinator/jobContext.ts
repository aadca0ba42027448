import type { StandingClock } from '../core/clock';
import type { LaunchedNode, ProcessEnd, RawOutput } from '../launch/local';
import type { DetectorSettings } from './failureDetector';
import type { RecordingContext } from './recordings';

/** What a job needs of its coordinator. */
export interface JobContext extends RecordingContext {
  clock: StandingClock;
  detector: DetectorSettings;
  metricsMs: number;
  /** Heap limit of each node, by rank. */
  heapMiB: readonly number[];
  /** Starts the process of a node. */
  launch(rank: number, onRawOutput: RawOutput, onEnd: (end: ProcessEnd) => void): LaunchedNode;
  /**
   * Finds places for so many nodes more, beside those of the ranks that live; they are among `seats` and `heapMiB` then.
   * Throws a LockstepError where there are none. Absent where nobody can start more.
   */
  grow?(count: number, living: readonly number[]): void;
  /** Some node stopped or started standing at a breakpoint. */
  onPausedChanged(): void;
}
