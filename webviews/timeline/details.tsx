import type { ComponentChildren } from 'preact';
import type { JobInfo } from '../../runtime/protocol/job';
import type { Operation } from '../../runtime/protocol/operations';
import { hasEnded, type JobView } from '../shared/jobs';
import { formatBytes } from '../shared/numberFormat';
import { placeName } from '../shared/sourcePlace';
import type { Actions } from './actions';
import { FaultList } from './faultList';
import type { FaultMark } from './faultMarks';
import type { Recorded } from './model';
import type { OperationStore } from './operationStore';
import { formatSpan, type TimeWindow } from './timeWindow';
import { Waiting } from './waiting';
import { waitWords } from './words';

interface DetailsProps {
  recorded: Recorded;
  view: JobView;
  ranks: readonly number[];
  faults: readonly FaultMark[];
  selected: number | undefined;
  window: TimeWindow;
  actions: Actions;
}

/** What stands beside the diagram: of the selected operation, or else who waited for whom. */
export function Details({ selected, ...props }: DetailsProps) {
  const { store } = props.recorded;
  const operation = selected === undefined ? undefined : store.operation(selected);
  return (
    <aside class="details" aria-label="Details">
      {selected === undefined || !operation ? (
        <>
          <Waiting {...props} />
          <FaultList marks={props.faults} window={props.window} actions={props.actions} />
        </>
      ) : (
        <OperationDetails
          {...props}
          job={props.view.job}
          store={store}
          operation={operation}
          place={selected}
        />
      )}
    </aside>
  );
}

interface OperationDetailsProps {
  job: JobInfo;
  store: OperationStore;
  operation: Operation;
  place: number;
  window: TimeWindow;
  actions: Actions;
}

/** All that is known of an operation, with ways to its line, to the other end of its message, to what it waited for. */
function OperationDetails({ job, store, operation, place, window, actions }: OperationDetailsProps) {
  const { name, kind, role, algorithm, at, isLikeSite } = operation;
  const rank = store.rank.at(place);
  const other = store.otherEnd(place);
  const wait = store.waitOf(place);
  const waited = waitWords(store, place);
  const far = role === 'send' ? 'receive' : 'send';
  return (
    <>
      <h2>{kind === 'call' ? name : `${kind} of ${name}`}</h2>
      <dl>
        <Row name="Node">
          <button
            type="button"
            class="link"
            title={job.debugged && !hasEnded(job.state) ? 'Go to its thread' : 'Show its output'}
            onClick={() => actions.send({ type: 'focusNode', job: job.id, rank })}
          >
            node {rank}
          </button>
        </Row>
        <Row name="Took">{formatSpan(operation.endMs - operation.beginMs)}</Row>
        {waited !== '' && <Row name="Waited">{waited}</Row>}
        <Row name="Began">at {formatSpan(operation.beginMs - store.zeroMs)}</Row>
        {role !== 'none' && <Row name={role === 'send' ? 'To' : 'From'}>node {operation.peer}</Row>}
        {role !== 'none' && <Row name="Size">{formatBytes(operation.bytes)}</Row>}
        {role !== 'none' && <Row name="Tag">{operation.tag}</Row>}
        {role !== 'none' && <Row name="Message">{operation.messageId}</Row>}
        {algorithm && <Row name="Algorithm">{algorithm}</Row>}
        <Row name="Communicator">{operation.communicator}</Row>
        <Row name="Lamport clock">{operation.clock}</Row>
        {at && (
          <Row name="Line">
            <button type="button" class="link" onClick={() => actions.send({ type: 'openSource', at })}>
              {placeName(at)}
            </button>
            {isLikeSite && ' (of the latest call like this one that was looked at)'}
          </Row>
        )}
      </dl>
      {other !== undefined && (
        <button type="button" class="button secondary" onClick={() => actions.select(other, window)}>
          Go to Its {far === 'receive' ? 'Receive' : 'Send'}
        </button>
      )}
      {wait && wait.cause !== other && (
        <button type="button" class="button secondary" onClick={() => actions.select(wait.cause, window)}>
          Go to What It Waited For
        </button>
      )}
      {other === undefined && role !== 'none' && (
        <p class="details-hint">
          Its {far} is not recorded{far === 'receive' ? ', or has not happened' : ''}.
        </p>
      )}
    </>
  );
}

function Row({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="details-row">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
