import { useMemo } from 'preact/hooks';
import { EmptyState } from '../shared/emptyState';
import { FailureBanner } from '../shared/failureBanner';
import { JobHeader } from '../shared/jobHeader';
import { hasEnded, type JobView, shownJob } from '../shared/jobs';
import { LiveRegion } from '../shared/liveRegion';
import { formatCount } from '../shared/numberFormat';
import { type Choice, ToggleGroup } from '../shared/toggleGroup';
import type { Actions } from './actions';
import { categories, categoryLabels } from './categories';
import { Details } from './details';
import { faultMarks } from './faultMarks';
import type { Display, Recorded, TimelineState } from './model';
import { OperationTable } from './operationTable';
import { parseRanks } from './ranks';
import { zoomCentre } from './selection';
import { Stage } from './stage';
import { pieceShown, windowOf, zoom } from './timeWindow';
import { operationSentence } from './words';

const displayChoices: Choice<Display>[] = [
  { value: 'diagram', label: 'Diagram' },
  { value: 'table', label: 'Table' },
];

/** The whole timeline. */
export function TimelineView({ state, actions }: { state: TimelineState; actions: Actions }) {
  const view = shownJob(state.jobs);
  return (
    <>
      <LiveRegion view={view} nowMs={performance.now()} />
      {view && <ShownJob state={state} view={view} actions={actions} />}
      {state.loaded && !view && (
        <EmptyState
          promise="The calls of every node appear here over time, with the messages between them as arrows."
          onRun={() => actions.send({ type: 'runProgram' })}
          onCreateSample={() => actions.send({ type: 'createSample' })}
        />
      )}
    </>
  );
}

interface ShownJobProps {
  state: TimelineState;
  view: JobView;
  actions: Actions;
}

function ShownJob({ state, view, actions }: ShownJobProps) {
  const { job } = view;
  const recorded = state.recorded.get(job.id);
  const parsed = useMemo(() => parseRanks(state.ranks, job.size), [state.ranks, job.size]);
  const all = useMemo(() => parseRanks('', job.size) ?? [], [job.size]);
  const has = recorded !== undefined && recorded.store.length > 0;
  return (
    <div class="timeline">
      <JobHeader
        jobs={state.jobs}
        shown={view}
        clockStands={state.clockStands}
        onPick={(id) => {
          actions.choose({ type: 'jobPicked', job: id });
          actions.send({ type: 'selectJob', job: id });
        }}
      >
        {has && (
          <Controls state={state} view={view} recorded={recorded} isWrong={!parsed} actions={actions} />
        )}
      </JobHeader>
      <FailureBanner job={job} onOpen={(at) => actions.send({ type: 'openSource', at })} />
      {has ? (
        <Body state={state} view={view} recorded={recorded} ranks={parsed ?? all} actions={actions} />
      ) : (
        <div class="timeline-waiting">
          {hasEnded(job.state) ? (
            <>
              <h2>Nothing was recorded</h2>
              <p>Operations are recorded while this view is open. Run the program again to see them.</p>
              <button type="button" class="button" onClick={() => actions.send({ type: 'runProgram' })}>
                Run Program
              </button>
            </>
          ) : (
            <p>Waiting for the first communication call…</p>
          )}
          <p class="quiet">A program of tasks makes none: its tasks are shown in the Cluster view.</p>
        </div>
      )}
    </div>
  );
}

interface ControlsProps extends ShownJobProps {
  recorded: Recorded;
  isWrong: boolean;
}

function Controls({ state, view, recorded: { store }, isWrong, actions }: ControlsProps) {
  const window = windowOf(state.shown, store.firstMs, store.lastMs);
  const live = !hasEnded(view.job.state);
  const scale = (factor: number) => {
    const piece = zoom(window, factor, zoomCentre(store, state.selected, window));
    actions.choose({ type: 'timePicked', shown: pieceShown(piece, store.firstMs, store.lastMs) });
  };
  const follows = state.shown.type === 'newest';
  return (
    <>
      <ToggleGroup
        label="Show as"
        choices={displayChoices}
        chosen={state.display}
        onChoose={(display) => actions.choose({ type: 'displayPicked', display })}
      />
      <label class="rank-filter">
        <span>Nodes</span>
        <input
          type="text"
          size={8}
          placeholder="all"
          title="The nodes to show, such as 0-3, 7"
          value={state.ranks}
          aria-invalid={isWrong}
          onInput={(event) => actions.choose({ type: 'ranksTyped', ranks: event.currentTarget.value })}
        />
      </label>
      <div class="zoom-buttons" role="group" aria-label="Time shown">
        <button type="button" title="Zoom In" aria-label="Zoom In" onClick={() => scale(0.5)}>
          +
        </button>
        <button type="button" title="Zoom Out" aria-label="Zoom Out" onClick={() => scale(2)}>
          −
        </button>
        <button
          type="button"
          title="Show All"
          onClick={() => actions.choose({ type: 'timePicked', shown: { type: 'all' } })}
        >
          All
        </button>
        {live && (
          <button
            type="button"
            title="Keep the newest in sight"
            aria-pressed={follows}
            onClick={() =>
              actions.choose({
                type: 'timePicked',
                shown: follows ? { type: 'all' } : { type: 'newest', spanMs: window.to - window.from },
              })
            }
          >
            Follow
          </button>
        )}
      </div>
      <button
        type="button"
        class="button secondary"
        title="Write the operations into a file for ui.perfetto.dev"
        onClick={() => actions.send({ type: 'exportTrace', job: view.job.id })}
      >
        Export…
      </button>
    </>
  );
}

interface BodyProps extends ShownJobProps {
  recorded: Recorded;
  ranks: readonly number[];
}

function Body({ state, view, recorded, ranks, actions }: BodyProps) {
  const { store } = recorded;
  const window = windowOf(state.shown, store.firstMs, store.lastMs);
  const { records } = view.faults;
  const faults = useMemo(() => faultMarks(records, store), [records, recorded.version]);
  const operation = state.selected === undefined ? undefined : store.operation(state.selected);
  return (
    <>
      {store.leftOut > 0 && (
        <p class="timeline-note">
          {formatCount(store.leftOut)} operations are not here, as there were more than fit.{' '}
          <code>lockstep run --trace</code> keeps more.
        </p>
      )}
      <div class="timeline-body">
        <div class="stage-column">
          {state.display === 'diagram' ? (
            <>
              <Stage
                state={state}
                view={view}
                recorded={recorded}
                ranks={ranks}
                faults={faults}
                actions={actions}
              />
              <Legend hasFaults={faults.length > 0} />
            </>
          ) : (
            <OperationTable
              recorded={recorded}
              ranks={ranks}
              window={window}
              selected={state.selected}
              actions={actions}
            />
          )}
        </div>
        <Details
          recorded={recorded}
          view={view}
          ranks={ranks}
          faults={faults}
          selected={state.selected}
          window={window}
          actions={actions}
        />
      </div>
      <p id="timeline-help" class="visually-hidden">
        Arrow keys go from call to call and from node to node, M to the other end of a message, Enter to the
        source line; plus and minus zoom, Shift with an arrow moves in time, 0 shows all. The table has the
        same operations.
      </p>
      <div class="visually-hidden" role="status" aria-live="polite">
        {operation && state.selected !== undefined ? operationSentence(store, state.selected, operation) : ''}
      </div>
    </>
  );
}

function Legend({ hasFaults }: { hasFaults: boolean }) {
  return (
    <ul class="timeline-legend" aria-label="Legend">
      {categories.map((category) => (
        <li key={category}>
          <span class={`swatch swatch-${category}`} />
          {categoryLabels[category]}
        </li>
      ))}
      <li>
        <span class="swatch swatch-waiting" />
        waiting for another node
      </li>
      <li>
        <svg class="swatch-arrow" viewBox="0 0 22 10" width="22" height="10" aria-hidden="true">
          <path d="M1 8.5 17 2.2" stroke="currentColor" fill="none" />
          <path d="M21 1 14.5 1.4 16.6 5z" fill="currentColor" />
        </svg>
        message
      </li>
      {hasFaults && (
        <li>
          <svg class="swatch-fault" viewBox="0 0 12 10" width="12" height="10" aria-hidden="true">
            <path d="M1 1h10L6 9z" />
          </svg>
          fault on purpose (hollow: its end)
        </li>
      )}
    </ul>
  );
}
