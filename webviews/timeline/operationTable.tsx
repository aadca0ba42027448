import { useMemo, useState } from 'preact/hooks';
import { formatBytes } from '../shared/numberFormat';
import { placeName } from '../shared/sourcePlace';
import type { Actions } from './actions';
import type { Recorded } from './model';
import { formatSpan, type TimeWindow } from './timeWindow';
import { waitWords } from './words';

interface TableProps {
  recorded: Recorded;
  ranks: readonly number[];
  window: TimeWindow;
  selected: number | undefined;
  actions: Actions;
}

const pageRows = 200;

/** The operations of the time and the nodes that are shown, as a table in the order of their begins. */
export function OperationTable({ recorded, ranks, window, selected, actions }: TableProps) {
  const { store, version } = recorded;
  const [wanted, setPage] = useState(0);
  const places = useMemo(() => placesIn(recorded, ranks, window), [version, ranks, window.from, window.to]);
  const pages = Math.max(1, Math.ceil(places.length / pageRows));
  const page = Math.min(wanted, pages - 1);
  const rows = places.slice(page * pageRows, (page + 1) * pageRows);
  return (
    <div class="table-column">
      <div class="table-frame" role="region" aria-label="Operations" tabIndex={0}>
        <table class="operations">
          <caption class="visually-hidden">Operations in the order of their begins</caption>
          <thead>
            <tr>
              {[
                'Node',
                'Operation',
                'Began',
                'Took',
                'Waited',
                'Line',
                'Other node',
                'Tag',
                'Size',
                'Message',
                'Clock',
                'Algorithm',
              ].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((place) => (
              <Row
                key={place}
                recorded={recorded}
                place={place}
                isSelected={place === selected}
                actions={actions}
              />
            ))}
          </tbody>
        </table>
        {store.length > 0 && rows.length === 0 && <p class="timeline-none">No operation in this time.</p>}
      </div>
      {pages > 1 && (
        <nav class="pages" aria-label="Pages">
          <button
            type="button"
            class="button secondary"
            disabled={page === 0}
            onClick={() => setPage(page - 1)}
          >
            Earlier
          </button>
          <span>
            {page + 1} of {pages}
          </span>
          <button
            type="button"
            class="button secondary"
            disabled={page === pages - 1}
            onClick={() => setPage(page + 1)}
          >
            Later
          </button>
        </nav>
      )}
    </div>
  );
}

function placesIn({ store }: Recorded, ranks: readonly number[], { from, to }: TimeWindow): number[] {
  const shown = new Set(ranks);
  const places: number[] = [];
  for (let place = 0; place < store.length; place += 1) {
    const isIn = store.end.at(place) >= from && store.begin.at(place) <= to;
    if (isIn && shown.has(store.rank.at(place))) places.push(place);
  }
  return places.sort((a, b) => store.begin.at(a) - store.begin.at(b) || a - b);
}

interface RowProps {
  recorded: Recorded;
  place: number;
  isSelected: boolean;
  actions: Actions;
}

function Row({ recorded: { store }, place, isSelected, actions }: RowProps) {
  const operation = store.operation(place);
  if (!operation) return null;
  const { name, kind, role, beginMs, endMs, at, isLikeSite } = operation;
  const has = role !== 'none';
  return (
    <tr class={isSelected ? 'selected' : undefined}>
      <td>{store.rank.at(place)}</td>
      <th scope="row">
        <button
          type="button"
          class="link"
          aria-pressed={isSelected}
          onClick={() => actions.select(isSelected ? undefined : place)}
        >
          {name}
        </button>
        {kind !== 'call' && <span class="quiet"> {has ? `${kind}, ${role}` : kind}</span>}
      </th>
      <td>{formatSpan(beginMs - store.zeroMs)}</td>
      <td>{formatSpan(endMs - beginMs)}</td>
      <td>{kind === 'call' ? waitWords(store, place) : ''}</td>
      <td>
        {at && (
          <button type="button" class="link" onClick={() => actions.send({ type: 'openSource', at })}>
            {placeName(at)}
            {isLikeSite ? ' ≈' : ''}
          </button>
        )}
      </td>
      <td>{has ? `${role === 'send' ? 'to' : 'from'} ${operation.peer}` : ''}</td>
      <td>{has ? operation.tag : ''}</td>
      <td>{has ? formatBytes(operation.bytes) : ''}</td>
      <td>{has ? operation.messageId : ''}</td>
      <td>{operation.clock}</td>
      <td>{operation.algorithm ?? ''}</td>
    </tr>
  );
}
