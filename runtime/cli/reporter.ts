import type { ClusterEvent, ClusterEventType } from '../protocol/events';
import type { JobFailure } from '../protocol/job';

/** How a run ended. */
export interface Outcome {
  ok: boolean;
  failure?: JobFailure;
  durationMs?: number;
  /** The command that goes on from the program's journal, where there is one. */
  resume?: string;
}

/** A trace that was written. */
export interface Trace {
  file: string;
  operations: number;
  /** Operations that are not in it: older ones, and those that there was no room for. */
  missing: number;
}

/** A run that begins anew, and goes on from its journal. */
export interface Resumption {
  /** Why. */
  failure: JobFailure;
  /** For which time, and how often at most. */
  number: number;
  most: number;
}

/** Shows a run as it happens. */
export interface Reporter {
  /** The kinds of events it wants. */
  events: ClusterEventType[];
  event(event: ClusterEvent): void;
  traced(trace: Trace): void;
  resumes(resumption: Resumption): void;
  finished(outcome: Outcome): void;
}
