import type { Seat } from '../launch/nodeHost';
import type { Bundle } from '../protocol/job';

/** A bundle with where it lies for each node, where one is on another machine. */
export function placed(bundle: Bundle, seats: readonly Seat[]): Bundle {
  const placesByRank = seats.map(({ bundlePath }) => bundlePath);
  return placesByRank.every((path) => path === bundle.path) ? bundle : { ...bundle, placesByRank };
}
