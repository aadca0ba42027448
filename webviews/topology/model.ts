/** What the topology view knows and shows: a pure reducer over its messages and the user's choices. */
import type { ClusterEvent } from '../../runtime/protocol/events';
import { applyJobEvent, jobsOfSnapshot, type Jobs } from '../shared/jobs';
import type { ToTopology, TopologyOptions } from './contract';
import type { LayoutName } from './layout';
import { addTraffic, trafficOfSnapshot, type Traffic } from './traffic';

export interface TopologyState {
  /** Whether a snapshot has come. */
  loaded: boolean;
  jobs: Jobs;
  /** Edges by job. */
  traffic: ReadonlyMap<string, Traffic>;
  clockStands: boolean;
  options: TopologyOptions;
  /** The node that the debugger stands on. */
  focused?: { job: string; rank: number };
  /** The node of the shown job that the details are about. */
  selected?: number;
  /** The user's choice; absent: what fits the number of nodes. */
  layout?: LayoutName;
}

export const initialTopology: TopologyState = {
  loaded: false,
  jobs: { byId: new Map() },
  traffic: new Map(),
  clockStands: false,
  options: { animation: 'auto' },
};

/** What the user does in the view. */
export type TopologyChoice =
  | { type: 'jobPicked'; job: string }
  | { type: 'nodeSelected'; rank?: number }
  | { type: 'layoutPicked'; layout: LayoutName };

/** The state after a message or a choice. `nowMs` is the view's clock. */
export function reduceTopology(
  state: TopologyState,
  action: ToTopology | TopologyChoice,
  nowMs: number,
): TopologyState {
  switch (action.type) {
    case 'snapshot':
      return keepSelection(state, {
        ...state,
        loaded: true,
        jobs: jobsOfSnapshot(action.jobs, state.jobs.shown, nowMs),
        traffic: new Map(action.jobs.map(({ job, traffic }) => [job.id, trafficOfSnapshot(traffic)])),
        clockStands: action.clockStands,
      });
    case 'events':
      return keepSelection(
        state,
        action.events.reduce((each, event) => applyEvent(each, event, nowMs), state),
      );
    case 'options':
      return { ...state, options: action.options };
    case 'focused':
      return focus(state, action.node);
    case 'showJob':
    case 'jobPicked':
      if (!state.jobs.byId.has(action.job)) return state;
      return keepSelection(state, { ...state, jobs: { ...state.jobs, shown: action.job } });
    case 'nodeSelected':
      return { ...state, selected: action.rank };
    case 'layoutPicked':
      return { ...state, layout: action.layout };
    default:
      return state;
  }
}

function applyEvent(state: TopologyState, event: ClusterEvent, nowMs: number): TopologyState {
  switch (event.type) {
    case 'jobChanged':
    case 'nodeChanged':
    case 'faultInjected':
      return { ...state, jobs: applyJobEvent(state.jobs, event, nowMs) };
    case 'traffic': {
      if (!state.jobs.byId.has(event.job)) return state;
      const before = state.traffic.get(event.job) ?? new Map();
      const after = addTraffic(before, event.edges, event.intervalMs, nowMs);
      return { ...state, traffic: new Map(state.traffic).set(event.job, after) };
    }
    case 'clockChanged':
      return { ...state, clockStands: event.stands };
    default:
      return state;
  }
}

function focus(state: TopologyState, node: TopologyState['focused']): TopologyState {
  if (!node || !state.jobs.byId.has(node.job)) return { ...state, focused: node };
  return { ...state, focused: node, jobs: { ...state.jobs, shown: node.job }, selected: node.rank };
}

/** Selection belongs to a job: another job starts without one, and traffic of forgotten jobs goes. */
function keepSelection(before: TopologyState, after: TopologyState): TopologyState {
  const traffic =
    after.traffic.size > after.jobs.byId.size
      ? new Map([...after.traffic].filter(([job]) => after.jobs.byId.has(job)))
      : after.traffic;
  if (before.jobs.shown === after.jobs.shown) return { ...after, traffic };
  const focused = after.focused?.job === after.jobs.shown ? after.focused?.rank : undefined;
  return { ...after, traffic, selected: focused };
}
