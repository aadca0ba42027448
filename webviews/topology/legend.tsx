import { nodeStates, type NodeState } from '../../runtime/protocol/node';
import { Icon } from '../shared/icons';
import type { JobView } from '../shared/jobs';
import { formatRanks } from '../shared/rankList';
import { stateLooks } from '../shared/stateLook';

interface LegendProps {
  view: JobView;
  selected: number | undefined;
  onGoTo(rank: number): void;
}

/** How many nodes are in which state; a press goes from one of them to the next. */
export function Legend({ view, selected, onGoTo }: LegendProps) {
  const ranksOf = new Map<NodeState, number[]>();
  for (const { info } of view.nodes) ranksOf.set(info.state, [...(ranksOf.get(info.state) ?? []), info.rank]);
  return (
    <ul class="legend" aria-label="States">
      {nodeStates.flatMap((state) => {
        const ranks = ranksOf.get(state);
        if (!ranks) return [];
        const look = stateLooks[state];
        const next = ranks.find((rank) => rank > (selected ?? -1)) ?? ranks[0];
        return [
          <li key={state}>
            <button
              type="button"
              class={`legend-entry state-${state}`}
              title={`${look.meaning} (${ranks.length === 1 ? 'node' : 'nodes'} ${formatRanks(ranks)})`}
              onClick={() => next !== undefined && onGoTo(next)}
            >
              <span class="legend-mark">
                <Icon name={look.icon} />
              </span>
              <b>{ranks.length}</b> {look.label}
            </button>
          </li>,
        ];
      })}
    </ul>
  );
}
