import type { Place } from '../../shared/rovingFocus';
import type { Area, Arrangement } from './arrangement';

/** Row by row, in the shape of a process grid where the number of nodes has one. */
export function grid(size: number, area: Area): Arrangement {
  return { places: cells(size, columnsFor(size, area), area) };
}

/**
 * Number of columns: of the most square pair of factors, as MPI_Dims_create chooses them, with the longer side along the
 * area's; where a number has only long thin ones, as a prime has, what suits the area.
 */
export function columnsFor(size: number, area: Area): number {
  let rows = Math.floor(Math.sqrt(size));
  while (size % rows !== 0) rows -= 1;
  const columns = size / rows;
  if (columns / rows <= 4 || size <= 3) return area.width >= area.height ? columns : rows;
  const ideal = Math.sqrt((size * Math.max(area.width, 1)) / Math.max(area.height, 1));
  return Math.min(size, Math.max(1, Math.round(ideal)));
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
