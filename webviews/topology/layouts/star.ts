import { centre, type Area, type Arrangement } from './arrangement';
import { placesOnRing } from './ring';

/** Rank 0 in the middle, the others on a ring around it: how a root sees a scatter or a gather. */
export function star(size: number, area: Area): Arrangement {
  if (size === 1) return { places: [centre(area)] };
  const turn = size === 2 ? 0.25 : 0;
  const around = size === 2 ? placesOnRing(2, area, turn).slice(0, 1) : placesOnRing(size - 1, area, turn);
  return {
    places: [centre(area), ...around],
    links: around.map((_, index): [number, number] => [0, index + 1]),
  };
}
