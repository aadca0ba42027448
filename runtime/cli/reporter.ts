import type { ClusterEvent, ClusterEventType } from '../protocol/events';
import type { JobFailure } from '../protocol/job';

/** How a run ended. */
export interface Outcome {
  ok: boolean;
  failure?: JobFailure;
  durationMs?: number;
}

/** Shows a run as it happens. */
export interface Reporter {
  /** The kinds of events it wants. */
  events: ClusterEventType[];
  event(event: ClusterEvent): void;
  finished(outcome: Outcome): void;
}
