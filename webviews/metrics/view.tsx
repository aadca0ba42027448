import { useMemo } from 'preact/hooks';
import { EmptyState } from '../shared/emptyState';
import { FailureBanner } from '../shared/failureBanner';
import { JobHeader } from '../shared/jobHeader';
import { hasEnded, shownJob, type JobView } from '../shared/jobs';
import { LiveRegion } from '../shared/liveRegion';
import { spokenAge } from '../shared/timeAxis';
import { ToggleGroup, type Choice } from '../shared/toggleGroup';
import { useNow } from '../shared/useNow';
import type { FromMetrics } from './contract';
import { emptyHistory, nearestFrame, windowOf, type Window } from './history';
import type { Display, MetricsChoice, MetricsState, Scope, Span } from './model';
import { Panel } from './panel';
import { quantities } from './quantities';
import { ValueTable } from './valueTable';

const displayChoices: Choice<Display>[] = [
  { value: 'charts', label: 'Charts' },
  { value: 'table', label: 'Table' },
];
const scopeChoices: Choice<Scope>[] = [
  { value: 'nodes', label: 'Each node' },
  { value: 'together', label: 'Together' },
];
const spanChoices: Choice<Span>[] = [
  { value: '60', label: '60 s' },
  { value: '300', label: '5 min' },
  { value: 'all', label: 'All' },
];

/** What the view can ask for. */
export interface Actions {
  choose(choice: MetricsChoice): void;
  send(message: FromMetrics): void;
}

/** The whole metrics view. */
export function MetricsView({ state, actions }: { state: MetricsState; actions: Actions }) {
  const view = shownJob(state.jobs);
  const nowMs = useNow(view !== undefined && !hasEnded(view.job.state), 500, view?.job.id);
  return (
    <>
      <LiveRegion view={view} nowMs={nowMs} />
      {view && <ShownJob state={state} view={view} actions={actions} />}
      {state.loaded && !view && (
        <EmptyState
          promise="Processor time, memory, waiting and messages of every node of your program appear here."
          onRun={() => actions.send({ type: 'runProgram' })}
          onCreateSample={() => actions.send({ type: 'createSample' })}
        />
      )}
    </>
  );
}

interface ShownJobProps {
  state: MetricsState;
  view: JobView;
  actions: Actions;
}

function ShownJob({ state, view, actions }: ShownJobProps) {
  const { choose, send } = actions;
  const job = view.job.id;
  const known = state.histories.get(job);
  const history = useMemo(() => known ?? emptyHistory(view.job.size), [known, view.job.size]);
  const window = useMemo(
    () => windowOf(history, state.span === 'all' ? undefined : Number(state.span)),
    [history, state.span],
  );
  return (
    <div class="metrics">
      <JobHeader
        jobs={state.jobs}
        shown={view}
        clockStands={state.clockStands}
        onPick={(id) => {
          choose({ type: 'jobPicked', job: id });
          send({ type: 'selectJob', job: id });
        }}
      >
        <ToggleGroup
          label="Show as"
          choices={displayChoices}
          chosen={state.display}
          onChoose={(display) => choose({ type: 'displayPicked', display })}
        />
        {state.display === 'charts' && (
          <ToggleGroup
            label="Nodes"
            choices={scopeChoices}
            chosen={state.scope}
            onChoose={(scope) => choose({ type: 'scopePicked', scope })}
          />
        )}
        <ToggleGroup
          label="Time shown"
          choices={spanChoices}
          chosen={state.span}
          onChoose={(span) => choose({ type: 'spanPicked', span })}
        />
      </JobHeader>
      <FailureBanner job={view.job} />
      {window.frames.length === 0 ? (
        <div class="metrics-waiting">
          <p>
            {hasEnded(view.job.state)
              ? 'The job ended before its first sample.'
              : 'Waiting for the first sample…'}
          </p>
        </div>
      ) : (
        <>
          <Scrubber state={state} window={window} choose={choose} />
          <div class="metrics-body" role="region" tabIndex={0} aria-label="Metrics">
            {state.display === 'charts' ? (
              <div class="panels">
                {quantities.map((quantity) => (
                  <Panel
                    key={quantity.id}
                    state={state}
                    history={history}
                    window={window}
                    quantity={quantity}
                    choose={choose}
                  />
                ))}
              </div>
            ) : (
              <ValueTable
                view={view}
                history={history}
                frame={frameAt(state, window)}
                caption={`Values ${spokenAge(state.cursorAge ?? 0)}`}
                onFocusNode={(rank) => send({ type: 'focusNode', job, rank })}
              />
            )}
          </div>
        </>
      )}
    </div>
  );
}

function frameAt({ cursorAge }: MetricsState, window: Window) {
  return window.frames[cursorAge === undefined ? window.frames.length - 1 : nearestFrame(window, cursorAge)];
}

interface ScrubberProps {
  state: MetricsState;
  window: Window;
  choose(choice: MetricsChoice): void;
}

/** The shared cursor as a slider, so that it can be moved without a mouse; at its right end it follows the newest sample. */
function Scrubber({ state, window, choose }: ScrubberProps) {
  const age = state.cursorAge ?? 0;
  return (
    <label class="scrubber">
      <span class="scrubber-label">Values</span>
      <input
        type="range"
        min={window.from}
        max={0}
        step={0.5}
        value={age}
        aria-label="Time of the values"
        aria-valuetext={spokenAge(age)}
        onInput={(event) => {
          const picked = Number(event.currentTarget.value);
          choose({ type: 'cursorMoved', age: picked >= 0 ? undefined : picked });
        }}
      />
      <span class="scrubber-age">{spokenAge(age)}</span>
    </label>
  );
}
