/** The views there are: what each is called, which events it takes, and how it is greeted. */
import { metricsEvents, type ToMetrics } from '../../webviews/metrics/contract';
import { timelineEvents, type ToTimeline } from '../../webviews/timeline/contract';
import { topologyEvents, type ToTopology } from '../../webviews/topology/contract';
import { readSettings } from '../config';
import type { ViewKind } from './viewHost';

/** Nodes and the messages between them. */
export const topologyKind: ViewKind = {
  name: 'topology',
  title: 'Lockstep Topology',
  events: topologyEvents,
  hello: ({ clusters: { model } }) =>
    [
      { type: 'options', options: { animation: readSettings().animation } },
      { type: 'snapshot', jobs: model.topology(), clockStands: model.clockStands },
    ] satisfies ToTopology[],
};

/** Load, memory and messages over time. */
export const metricsKind: ViewKind = {
  name: 'metrics',
  title: 'Lockstep Metrics',
  events: metricsEvents,
  hello: ({ clusters: { model } }) =>
    [{ type: 'snapshot', jobs: model.metrics(), clockStands: model.clockStands }] satisfies ToMetrics[],
};

/** The nodes' calls and messages over time; jobs are recorded while it is open. */
export const timelineKind: ViewKind = {
  name: 'timeline',
  title: 'Lockstep Timeline',
  events: timelineEvents,
  hello: ({ clusters: { model } }) =>
    [{ type: 'snapshot', jobs: model.timeline(), clockStands: model.clockStands }] satisfies ToTimeline[],
};
