/** What the timeline knows and shows: a reducer over its messages and the user's choices. */
import type { ClusterEvent } from '../../runtime/protocol/events';
import { applyJobEvent, type Jobs, jobsOfSnapshot } from '../shared/jobs';
import { keptRecordings, type ToTimeline } from './contract';
import { OperationStore } from './operationStore';
import type { Shown } from './timeWindow';

export const displays = ['diagram', 'table'] as const;
export type Display = (typeof displays)[number];

/** The operations of a job; the store is the same one as it grows, the version another. */
export interface Recorded {
  store: OperationStore;
  version: number;
}

export interface TimelineState {
  /** Whether a snapshot has come. */
  loaded: boolean;
  jobs: Jobs;
  /** By job. */
  recorded: ReadonlyMap<string, Recorded>;
  clockStands: boolean;
  focused?: { job: string; rank: number };
  display: Display;
  shown: Shown;
  /** The ranks that are shown, as the user has typed them. */
  ranks: string;
  /** Place of the selected operation in the shown job's store. */
  selected?: number;
}

export const initialTimeline: TimelineState = {
  loaded: false,
  jobs: { byId: new Map() },
  recorded: new Map(),
  clockStands: false,
  display: 'diagram',
  shown: { type: 'all' },
  ranks: '',
};

/** What the user does in the view. */
export type TimelineChoice =
  | { type: 'jobPicked'; job: string }
  | { type: 'displayPicked'; display: Display }
  | { type: 'timePicked'; shown: Shown }
  | { type: 'ranksTyped'; ranks: string }
  | { type: 'operationSelected'; place?: number };

/** The state after a message or a choice. `nowMs` is the view's clock. */
export function reduceTimeline(
  state: TimelineState,
  action: ToTimeline | TimelineChoice,
  nowMs: number,
): TimelineState {
  switch (action.type) {
    case 'snapshot': {
      const recorded = new Map(
        action.jobs
          .filter(({ operations }) => operations.length > 0)
          .map(({ job, operations }) => {
            const store = new OperationStore(job.size);
            for (const event of operations) store.add(event);
            return [job.id, { store, version: 0 }] as const;
          }),
      );
      const jobs = jobsOfSnapshot(action.jobs, state.jobs.shown, nowMs);
      return keepChoices(state, { ...state, loaded: true, jobs, recorded, clockStands: action.clockStands });
    }
    case 'events':
      return keepChoices(
        state,
        action.events.reduce((each, event) => applyEvent(each, event, nowMs), state),
      );
    case 'focused':
      return { ...state, focused: action.node };
    case 'showJob':
    case 'jobPicked':
      if (!state.jobs.byId.has(action.job)) return state;
      return keepChoices(state, { ...state, jobs: { ...state.jobs, shown: action.job } });
    case 'displayPicked':
      return { ...state, display: action.display };
    case 'timePicked':
      return { ...state, shown: action.shown };
    case 'ranksTyped':
      return { ...state, ranks: action.ranks };
    case 'operationSelected':
      return { ...state, selected: action.place };
    default:
      return state;
  }
}

function applyEvent(state: TimelineState, event: ClusterEvent, nowMs: number): TimelineState {
  switch (event.type) {
    case 'jobChanged':
    case 'nodeChanged':
    case 'faultInjected':
      return { ...state, jobs: applyJobEvent(state.jobs, event, nowMs) };
    case 'operations': {
      const view = state.jobs.byId.get(event.job);
      if (!view) return state;
      const known = state.recorded.get(event.job);
      const store = known?.store ?? new OperationStore(view.job.size);
      store.grow(view.job.size);
      const before = store.length;
      store.add(event);
      const version = (known?.version ?? 0) + 1;
      // Places have moved: what was selected is somewhere else, or nowhere.
      const moved = store.length < before && state.jobs.shown === event.job;
      const recorded = new Map(state.recorded).set(event.job, { store, version });
      const [oldest] = recorded.keys();
      if (recorded.size > keptRecordings && oldest !== undefined) recorded.delete(oldest);
      return {
        ...state,
        recorded,
        selected: moved ? undefined : state.selected,
      };
    }
    case 'clockChanged':
      return { ...state, clockStands: event.stands };
    default:
      return state;
  }
}

/** What was chosen belongs to a job: another one starts anew, and operations of forgotten jobs go. */
function keepChoices(before: TimelineState, after: TimelineState): TimelineState {
  const recorded = new Map([...after.recorded].filter(([job]) => after.jobs.byId.has(job)));
  if (before.jobs.shown === after.jobs.shown) return { ...after, recorded };
  return { ...after, recorded, shown: { type: 'all' }, ranks: '', selected: undefined };
}
