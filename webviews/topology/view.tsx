import { hasEnded, shownJob, type JobView } from '../shared/jobs';
import { EmptyState } from '../shared/emptyState';
import { FailureBanner } from '../shared/failureBanner';
import { Icon } from '../shared/icons';
import { JobHeader } from '../shared/jobHeader';
import { LiveRegion } from '../shared/liveRegion';
import { ToggleGroup, type Choice } from '../shared/toggleGroup';
import { useNow } from '../shared/useNow';
import type { Actions } from './actions';
import { Details } from './details';
import { FaultBar } from './faultBar';
import { defaultLayout, type LayoutName } from './layout';
import { Legend } from './legend';
import type { TopologyState } from './model';
import { Stage } from './stage';
import { circularWaits, describeCircle, waitArrows } from './waits';

const layoutChoices: Choice<LayoutName>[] = [
  { value: 'ring', label: 'Ring', icon: 'ring' },
  { value: 'grid', label: 'Grid', icon: 'grid' },
  { value: 'tree', label: 'Binomial tree', icon: 'tree' },
  { value: 'star', label: 'Star', icon: 'star' },
  { value: 'hosts', label: 'By host', icon: 'hosts' },
];

/** A circular wait is spoken of once it has lasted for so long: in a program that flows, many pass at once. */
const circleAfterMs = 1000;

/** The whole topology view. */
export function TopologyView({ state, actions }: { state: TopologyState; actions: Actions }) {
  const view = shownJob(state.jobs);
  const active = view !== undefined && !hasEnded(view.job.state);
  const clockMs = useNow(active, 500, view?.job.id);
  // Nothing flows after the end, whatever came last.
  const nowMs = view && !active ? Infinity : clockMs;
  return (
    <>
      <LiveRegion view={view} nowMs={clockMs} />
      {view && <ShownJob state={state} view={view} nowMs={nowMs} actions={actions} />}
      {state.loaded && !view && (
        <EmptyState
          promise="The nodes of your program appear here, with their states and the messages between them."
          onRun={() => actions.send({ type: 'runProgram' })}
          onCreateSample={() => actions.send({ type: 'createSample' })}
        />
      )}
    </>
  );
}

interface ShownJobProps {
  state: TopologyState;
  view: JobView;
  nowMs: number;
  actions: Actions;
}

function ShownJob({ state, view, nowMs, actions }: ShownJobProps) {
  const { job, nodes } = view;
  const goTo = (rank: number) => {
    actions.choose({ type: 'nodeSelected', rank });
    document.querySelector<HTMLElement>(`.node[data-rank="${rank}"]`)?.focus();
  };
  return (
    <div class={hasEnded(job.state) ? 'topology ended' : 'topology'}>
      <JobHeader
        jobs={state.jobs}
        shown={view}
        clockStands={state.clockStands}
        onPick={(id) => {
          actions.choose({ type: 'jobPicked', job: id });
          actions.send({ type: 'selectJob', job: id });
        }}
      >
        <ToggleGroup
          label="Layout"
          choices={layoutChoices}
          chosen={state.layout ?? defaultLayout(nodes.length)}
          onChoose={(layout) => actions.choose({ type: 'layoutPicked', layout })}
        />
      </JobHeader>
      <FailureBanner job={job} onOpen={actions.openSource} />
      <CircleBanner view={view} nowMs={nowMs} />
      <div class="topology-body">
        <div class="stage-column">
          <Stage state={state} view={view} nowMs={nowMs} actions={actions} />
          <FaultBar view={view} actions={actions} />
          <Legend view={view} selected={state.selected} onGoTo={goTo} />
        </div>
        <Details
          view={view}
          traffic={state.traffic.get(job.id) ?? new Map()}
          rank={state.selected}
          nowMs={nowMs}
          actions={actions}
        />
      </div>
    </div>
  );
}

function CircleBanner({ view, nowMs }: { view: JobView; nowMs: number }) {
  if (hasEnded(view.job.state)) return null;
  const lasting = waitArrows(view, nowMs).filter(
    ({ from }) => nowMs - (view.nodes[from]?.sinceMs ?? nowMs) >= circleAfterMs,
  );
  const circles = circularWaits(lasting);
  if (circles.length === 0) return null;
  return (
    <section class="banner banner-warning" aria-label="Circular wait">
      <Icon name="warning" />
      <div class="banner-text">
        <h2>Each of these nodes waits for the next</h2>
        {circles.slice(0, 3).map((circle) => (
          <p key={circle.join()}>{describeCircle(circle)}</p>
        ))}
      </div>
    </section>
  );
}
