/** Where the arrow keys go in the diagram: along a lane, to another lane, along a message. Pure. */
import type { OperationStore } from './operationStore';
import { firstPlace } from './columns';
import type { TimeWindow } from './timeWindow';

/** The place that a key leads to from the selected one (or, without one, from a time); undefined where it leads nowhere. */
export function nextSelection(
  key: string,
  store: OperationStore,
  ranks: readonly number[],
  selected: number | undefined,
  middleMs: number,
): number | undefined {
  const isArrow = key.startsWith('Arrow');
  if (selected === undefined) return isArrow ? firstOf(store, ranks, middleMs) : undefined;
  const rank = store.rank.at(selected);
  if (key === 'm' || key === 'M') return store.otherEnd(selected);
  if (key === 'ArrowLeft' || key === 'ArrowRight')
    return along(store, rank, selected, key === 'ArrowLeft' ? -1 : 1);
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined;
  const step = key === 'ArrowUp' ? -1 : 1;
  const atMs = (store.begin.at(selected) + store.end.at(selected)) / 2;
  for (let lane = ranks.indexOf(rank) + step; lane >= 0 && lane < ranks.length; lane += step) {
    const place = nearest(store, ranks[lane] as number, atMs);
    if (place !== undefined) return place;
  }
  return undefined;
}

function firstOf(store: OperationStore, ranks: readonly number[], atMs: number): number | undefined {
  for (const rank of ranks) {
    const place = nearest(store, rank, atMs);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** The neighbour of a call in its lane; of what is no call, the call around it. */
function along(store: OperationStore, rank: number, selected: number, step: number): number | undefined {
  const lane = store.calls[rank];
  if (!lane) return undefined;
  const beginMs = store.begin.at(selected);
  const index = firstPlace(lane.length, (i) => store.begin.at(lane.at(i)) >= beginMs);
  const next =
    index < lane.length && lane.at(index) === selected ? index + step : step < 0 ? index - 1 : index;
  return next >= 0 && next < lane.length ? lane.at(next) : undefined;
}

function nearest(store: OperationStore, rank: number, atMs: number): number | undefined {
  const lane = store.calls[rank];
  return store.callAt(rank, atMs) ?? (lane && lane.length > 0 ? lane.at(0) : undefined);
}

/** The time that stays where it is when somebody zooms without a pointer: that of the selected operation, if it is in sight. */
export function zoomCentre(store: OperationStore, selected: number | undefined, window: TimeWindow): number {
  if (selected !== undefined) {
    const atMs = (store.begin.at(selected) + store.end.at(selected)) / 2;
    if (atMs >= window.from && atMs <= window.to) return atMs;
  }
  return (window.from + window.to) / 2;
}
