import type { Actions } from './actions';
import type { FaultMark } from './faultMarks';
import { reveal, type TimeWindow } from './timeWindow';

/** So many are listed, the newest. */
const listed = 12;

interface FaultListProps {
  marks: readonly FaultMark[];
  window: TimeWindow;
  actions: Actions;
}

/** What went wrong on purpose, and when; each leads to its moment. */
export function FaultList({ marks, window, actions }: FaultListProps) {
  if (marks.length === 0) return null;
  const earlier = marks.length - listed;
  const show = (atMs: number) =>
    actions.choose({ type: 'timePicked', shown: { type: 'piece', ...reveal(window, atMs, atMs) } });
  return (
    <>
      <h2>Faults on purpose</h2>
      {earlier > 0 && <p class="details-hint">{earlier} earlier ones, and then:</p>}
      <ul class="waiting-list">
        {marks.slice(-listed).map(({ words, atMs }, index) => (
          <li key={index}>
            <button type="button" class="link" title="Show this moment" onClick={() => show(atMs)}>
              {words}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
