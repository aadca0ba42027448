import { nodeStates, type NodeState } from '../../runtime/protocol/node';
import { Icon, type IconName } from '../shared/icons';
import { hasEnded, type JobView } from '../shared/jobs';
import { formatRanks } from '../../runtime/protocol/rankList';
import { stateLooks } from '../shared/stateLook';
import { faultsBesides } from './waits';

/** A kind of nodes, and which are of it. */
interface Entry {
  name: string;
  icon: IconName;
  meaning: string;
  className: string;
  ranks: readonly number[];
}

interface LegendProps {
  view: JobView;
  selected: number | undefined;
  onGoTo(rank: number): void;
}

/** How many nodes are in which state, and with how many something is wrong; a press goes from one of them to the next. */
export function Legend({ view, selected, onGoTo }: LegendProps) {
  const ranksOf = new Map<NodeState, number[]>();
  for (const { info } of view.nodes) ranksOf.set(info.state, [...(ranksOf.get(info.state) ?? []), info.rank]);
  const states = nodeStates.map((state): Entry => {
    const { label: name, icon, meaning } = stateLooks[state];
    return { name, icon, meaning, className: `state-${state}`, ranks: ranksOf.get(state) ?? [] };
  });
  const faulty: Entry = {
    ...{ name: 'with a fault', icon: 'bolt', className: 'faulty' },
    meaning: 'Something goes wrong with it on purpose.',
    ranks: hasEnded(view.job.state)
      ? []
      : view.nodes.flatMap((node, rank) => (faultsBesides(node, view).length > 0 ? [rank] : [])),
  };
  return (
    <ul class="legend" aria-label="States">
      {[...states, faulty].flatMap(({ name, icon, meaning, className, ranks }) => {
        const next = ranks.find((rank) => rank > (selected ?? -1)) ?? ranks[0];
        if (next === undefined) return [];
        return [
          <li key={name}>
            <button
              type="button"
              class={`legend-entry ${className}`}
              title={`${meaning} (${ranks.length === 1 ? 'node' : 'nodes'} ${formatRanks(ranks)})`}
              onClick={() => onGoTo(next)}
            >
              <span class="legend-mark">
                <Icon name={icon} />
              </span>
              <b>{ranks.length}</b> {name}
            </button>
          </li>,
        ];
      })}
    </ul>
  );
}
