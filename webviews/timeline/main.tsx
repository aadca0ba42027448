/** Entry of the timeline's bundle: joins the bridge, the model and the view. */
import { signal } from '@preact/signals';
import { render } from 'preact';
import '../shared/theme.css';
import '../shared/parts.css';
import './timeline.css';
import { mountPoint, openBridge } from '../shared/bridge';
import type { Actions } from './actions';
import type { FromTimeline, ToTimeline } from './contract';
import { displays, initialTimeline, reduceTimeline, type TimelineChoice, type TimelineState } from './model';
import { reveal } from './timeWindow';
import { TimelineView } from './view';

type Saved = Pick<TimelineState, 'display'> & { job?: string };

const bridge = openBridge<ToTimeline, FromTimeline, Saved>();
const saved = bridge.saved();
const state = signal<TimelineState>({
  ...initialTimeline,
  display: displays.find((each) => each === saved.display) ?? initialTimeline.display,
  jobs: { byId: new Map(), shown: typeof saved.job === 'string' ? saved.job : undefined },
});

function apply(action: ToTimeline | TimelineChoice): void {
  const before = state.value;
  const after = reduceTimeline(before, action, performance.now());
  state.value = after;
  if (before.display !== after.display || before.jobs.shown !== after.jobs.shown) {
    bridge.save({ display: after.display, job: after.jobs.shown });
  }
}

function shownStore() {
  const { jobs, recorded } = state.value;
  return jobs.shown === undefined ? undefined : recorded.get(jobs.shown)?.store;
}

const actions: Actions = {
  choose: apply,
  send: (message) => bridge.send(message),
  select(place, window) {
    apply({ type: 'operationSelected', place });
    const store = shownStore();
    if (place === undefined || !window || !store) return;
    const moved = reveal(window, store.begin.at(place), store.end.at(place));
    if (moved !== window) apply({ type: 'timePicked', shown: { type: 'piece', ...moved } });
  },
  openPlaceOf(place) {
    const at = place === undefined ? undefined : shownStore()?.operation(place)?.at;
    if (at) bridge.send({ type: 'openSource', at });
  },
};

function App() {
  return <TimelineView state={state.value} actions={actions} />;
}

render(<App />, mountPoint());
bridge.onMessage(apply);
bridge.send({ type: 'ready' });
