/** What the metrics view knows and shows: a pure reducer over its messages and the user's choices. */
import type { ClusterEvent } from '../../runtime/protocol/events';
import { applyJobEvent, jobsOfSnapshot, type Jobs } from '../shared/jobs';
import type { ToMetrics } from './contract';
import { addSample, emptyHistory, type History, ofSize } from './history';

export const displays = ['charts', 'table'] as const;
export type Display = (typeof displays)[number];

export const scopes = ['nodes', 'together'] as const;
/** Each node by itself, or all as one. */
export type Scope = (typeof scopes)[number];

export const spans = ['60', '300', 'all'] as const;
/** How much of the past is shown, in seconds. */
export type Span = (typeof spans)[number];

export interface MetricsState {
  /** Whether a snapshot has come. */
  loaded: boolean;
  jobs: Jobs;
  /** Samples by job. */
  histories: ReadonlyMap<string, History>;
  clockStands: boolean;
  focused?: { job: string; rank: number };
  display: Display;
  scope: Scope;
  span: Span;
  /** The node whose lines stand out. */
  highlighted?: number;
  /** Where the cursor stands, in seconds before the newest sample (negative); absent: at the newest. */
  cursorAge?: number;
}

export const initialMetrics: MetricsState = {
  loaded: false,
  jobs: { byId: new Map() },
  histories: new Map(),
  clockStands: false,
  display: 'charts',
  scope: 'nodes',
  span: '60',
};

/** What the user does in the view. */
export type MetricsChoice =
  | { type: 'jobPicked'; job: string }
  | { type: 'displayPicked'; display: Display }
  | { type: 'scopePicked'; scope: Scope }
  | { type: 'spanPicked'; span: Span }
  | { type: 'nodeHighlighted'; rank?: number }
  | { type: 'cursorMoved'; age?: number };

/** The state after a message or a choice. `nowMs` is the view's clock. */
export function reduceMetrics(
  state: MetricsState,
  action: ToMetrics | MetricsChoice,
  nowMs: number,
): MetricsState {
  switch (action.type) {
    case 'snapshot':
      return {
        ...state,
        loaded: true,
        jobs: jobsOfSnapshot(action.jobs, state.jobs.shown, nowMs),
        histories: new Map(
          action.jobs.map(({ job, samples }) => [job.id, samples.reduce(addSample, emptyHistory(job.size))]),
        ),
        clockStands: action.clockStands,
      };
    case 'events':
      return action.events.reduce((each, event) => applyEvent(each, event, nowMs), state);
    case 'focused':
      return showJob({ ...state, focused: action.node, highlighted: action.node?.rank }, action.node?.job);
    case 'showJob':
    case 'jobPicked':
      return showJob({ ...state, highlighted: undefined, cursorAge: undefined }, action.job);
    case 'displayPicked':
      return { ...state, display: action.display };
    case 'scopePicked':
      return { ...state, scope: action.scope };
    case 'spanPicked':
      return { ...state, span: action.span, cursorAge: undefined };
    case 'nodeHighlighted':
      return { ...state, highlighted: action.rank };
    case 'cursorMoved':
      return { ...state, cursorAge: action.age };
    default:
      return state;
  }
}

function showJob(state: MetricsState, job: string | undefined): MetricsState {
  return job === undefined || !state.jobs.byId.has(job)
    ? state
    : { ...state, jobs: { ...state.jobs, shown: job } };
}

function applyEvent(state: MetricsState, event: ClusterEvent, nowMs: number): MetricsState {
  switch (event.type) {
    case 'jobChanged':
    case 'nodeChanged': {
      const jobs = applyJobEvent(state.jobs, event, nowMs);
      const histories =
        state.histories.size > jobs.byId.size
          ? new Map([...state.histories].filter(([job]) => jobs.byId.has(job)))
          : state.histories;
      const other = jobs.shown !== state.jobs.shown;
      return {
        ...state,
        jobs,
        histories,
        ...(other ? { highlighted: undefined, cursorAge: undefined } : {}),
      };
    }
    case 'metrics': {
      const view = state.jobs.byId.get(event.job);
      if (!view) return state;
      const before = state.histories.get(event.job) ?? emptyHistory(view.job.size);
      return {
        ...state,
        histories: new Map(state.histories).set(event.job, addSample(ofSize(before, view.job.size), event)),
      };
    }
    case 'clockChanged':
      return { ...state, clockStands: event.stands };
    default:
      return state;
  }
}
