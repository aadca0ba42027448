/** Entry of the metrics view's bundle: joins the bridge, the model and the view. */
import { signal } from '@preact/signals';
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import '../shared/theme.css';
import '../shared/parts.css';
import './metrics.css';
import { mountPoint, openBridge } from '../shared/bridge';
import type { FromMetrics, ToMetrics } from './contract';
import {
  displays,
  initialMetrics,
  reduceMetrics,
  scopes,
  spans,
  type MetricsChoice,
  type MetricsState,
} from './model';
import { MetricsView, type Actions } from './view';

type Saved = Pick<MetricsState, 'display' | 'scope' | 'span'> & { job?: string };

const bridge = openBridge<ToMetrics, FromMetrics, Saved>();
const saved = bridge.saved();
const state = signal<MetricsState>({
  ...initialMetrics,
  display: displays.find((each) => each === saved.display) ?? initialMetrics.display,
  scope: scopes.find((each) => each === saved.scope) ?? initialMetrics.scope,
  span: spans.find((each) => each === saved.span) ?? initialMetrics.span,
  jobs: { byId: new Map(), shown: typeof saved.job === 'string' ? saved.job : undefined },
});

function apply(action: ToMetrics | MetricsChoice): void {
  const before = state.value;
  const after = reduceMetrics(before, action, performance.now());
  state.value = after;
  const { display, scope, span } = after;
  const job = after.jobs.shown;
  if (
    display !== before.display ||
    scope !== before.scope ||
    span !== before.span ||
    job !== before.jobs.shown
  ) {
    bridge.save({ display, scope, span, job });
  }
}

const actions: Actions = { choose: apply, send: (message) => bridge.send(message) };

function App() {
  return <MetricsView state={state.value} actions={actions} />;
}

render(<App />, mountPoint());
bridge.onMessage(apply);
bridge.send({ type: 'ready' });
