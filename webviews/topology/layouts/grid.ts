import type { Place } from '../../shared/rovingFocus';
import type { Area, Arrangement } from './arrangement';

/** Row by row, in the shape of a process grid where the number of nodes has one. */
export function grid(size: number, area: Area): Arrangement {
  return { places: cells(size, columnsFor(size, area), area) };
}

/** How much closer nodes may stand for the sake of full rows, as in a process grid of MPI_Dims_create. */
const fullRows = 1.3;

/** Number of columns: the one that keeps the nodes farthest apart, full rows preferred. */
export function columnsFor(size: number, area: Area): number {
  let best = 1;
  let bestScore = -1;
  for (let columns = 1; columns <= size; columns += 1) {
    const rows = Math.ceil(size / columns);
    const across = columns === 1 ? Infinity : area.width / (columns - 1);
    const down = rows === 1 ? Infinity : area.height / (rows - 1);
    const apart = Math.min(across, down, area.width + area.height);
    const score = apart * (columns * rows === size ? fullRows : 1);
    if (score > bestScore) {
      best = columns;
      bestScore = score;
    }
  }
  return best;
}

/** Centres of the cells of a grid that fills an area, row by row. */
export function cells(size: number, columns: number, area: Area): Place[] {
  const rows = Math.ceil(size / columns);
  return Array.from({ length: size }, (_, index) => ({
    x: area.left + area.width * share(index % columns, columns),
    y: area.top + area.height * share(Math.floor(index / columns), rows),
  }));
}

const share = (index: number, count: number): number => (count === 1 ? 0.5 : index / (count - 1));
