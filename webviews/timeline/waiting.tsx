import { useMemo } from 'preact/hooks';
import type { JobView } from '../shared/jobs';
import { placeName } from '../shared/sourcePlace';
import type { Actions } from './actions';
import type { Recorded } from './model';
import { openWaits } from './openWaits';
import { formatSpan, type TimeWindow } from './timeWindow';
import { pairWaits } from './waits';
import { openWaitSentence } from './words';

interface WaitingProps {
  recorded: Recorded;
  view: JobView;
  ranks: readonly number[];
  window: TimeWindow;
  actions: Actions;
}

/** So many of each are listed. */
const listed = 8;

/** Who waits now, and who waited for whom in the time that is shown. */
export function Waiting({ recorded, view, ranks, window, actions }: WaitingProps) {
  const { store, version } = recorded;
  const pairs = useMemo(
    () => pairWaits(store, ranks, window),
    [store, version, ranks, window.from, window.to],
  );
  const open = openWaits(view, store, { storeMs: 0, viewMs: 0 }).filter(({ rank }) => ranks.includes(rank));
  return (
    <>
      {open.length > 0 && (
        <>
          <h2>{open[0]?.isOver ? 'Waited until the end' : 'Waits now'}</h2>
          <ul class="waiting-list">
            {open.slice(0, listed).map((each) => {
              const { at } = each.wait;
              return (
                <li key={each.rank}>
                  {openWaitSentence({ ...each, wait: { ...each.wait, at: undefined } })}{' '}
                  {at && (
                    <button
                      type="button"
                      class="link"
                      onClick={() => actions.send({ type: 'openSource', at })}
                    >
                      {placeName(at)}
                    </button>
                  )}
                </li>
              );
            })}
          </ul>
          <More count={open.length - listed} of="nodes" />
        </>
      )}
      <h2>Who waited for whom</h2>
      {pairs.length === 0 ? (
        <p class="details-hint">In the time shown, no call had to wait for another node to come.</p>
      ) : (
        <>
          <table class="waiting-table">
            <caption class="visually-hidden">Time that nodes waited for others, in the time shown</caption>
            <thead>
              <tr>
                <th scope="col">Node</th>
                <th scope="col">waited for</th>
                <th scope="col">in all</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {pairs.slice(0, listed).map(({ rank, causeRank, totalMs, longest }) => (
                <tr key={`${rank} ${causeRank}`}>
                  <th scope="row">{rank}</th>
                  <td>{causeRank}</td>
                  <td>{formatSpan(totalMs)}</td>
                  <td>
                    <button
                      type="button"
                      class="link"
                      title="Select the call that waited longest"
                      aria-label={`Select the call of node ${rank} that waited longest for node ${causeRank}`}
                      onClick={() => actions.select(longest, window)}
                    >
                      longest
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <More count={pairs.length - listed} of="pairs" />
        </>
      )}
      <p class="details-hint">Select a call to see its message, its clock and its line.</p>
    </>
  );
}

function More({ count, of }: { count: number; of: string }) {
  return count > 0 ? (
    <p class="details-hint">
      … and {count} more {of}.
    </p>
  ) : null;
}
