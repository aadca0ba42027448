/** Which node runs on which machine. */
import { LockstepError } from '../protocol/errors';

/** A machine that takes nodes: as many as it says, or its share of the rest. */
export interface Slots {
  name: string;
  nodes?: number;
}

/**
 * The index of the machine of each rank, machine by machine, so that neighbouring ranks are neighbours. Machines that
 * name no number share what is left evenly, the first ones taking one more. Throws LockstepError(badPlacement).
 */
export function placeNodes(size: number, machines: readonly Slots[]): number[] {
  const fixed = machines.reduce((sum, { nodes = 0 }) => sum + nodes, 0);
  const open = machines.filter(({ nodes }) => nodes === undefined).length;
  const left = size - fixed;
  if (left < 0 || (left > 0 && open === 0)) {
    throw new LockstepError('badPlacement', { size, places: fixed });
  }
  let seen = 0;
  return machines.flatMap(({ nodes }, index) => {
    if (nodes !== undefined) return Array.from({ length: nodes }, () => index);
    const count = Math.floor(left / open) + (seen < left % open ? 1 : 0);
    seen += 1;
    return Array.from({ length: count }, () => index);
  });
}
