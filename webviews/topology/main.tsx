/** Entry of the topology view's bundle: joins the bridge, the model and the view. */
import { signal } from '@preact/signals';
import { render } from 'preact';
import '../shared/theme.css';
import '../shared/parts.css';
import './topology.css';
import { mountPoint, openBridge } from '../shared/bridge';
import type { Actions } from './actions';
import type { FromTopology, ToTopology } from './contract';
import { layoutNames, type LayoutName } from './layout';
import { initialTopology, reduceTopology, type TopologyChoice, type TopologyState } from './model';
import { TopologyView } from './view';

interface Saved {
  layout?: LayoutName;
  job?: string;
}

const bridge = openBridge<ToTopology, FromTopology, Saved>();
const saved = bridge.saved();
const state = signal<TopologyState>({
  ...initialTopology,
  layout: layoutNames.find((name) => name === saved.layout),
  jobs: { byId: new Map(), shown: typeof saved.job === 'string' ? saved.job : undefined },
});

function apply(action: ToTopology | TopologyChoice): void {
  const before = state.value;
  const after = reduceTopology(before, action, performance.now());
  state.value = after;
  if (before.layout !== after.layout || before.jobs.shown !== after.jobs.shown) {
    bridge.save({ layout: after.layout, job: after.jobs.shown });
  }
}

const actions: Actions = {
  choose: apply,
  send: (message) => bridge.send(message),
  openSource: (at) => bridge.send({ type: 'openSource', at }),
};

function App() {
  return <TopologyView state={state.value} actions={actions} />;
}

render(<App />, mountPoint());
bridge.onMessage(apply);
bridge.send({ type: 'ready' });
