/** Which node runs on which machine. */
import { LockstepError } from '../protocol/errors';

/** A machine that takes nodes: as many as it says, or its share of the rest. */
export interface Slots {
  name: string;
  nodes?: number;
  /** How much of the rest it takes beside the others, such as its cores. */
  weight?: number;
}

/**
 * The index of the machine of each rank, machine by machine, so that neighbouring ranks are neighbours. Machines that
 * name no number share what is left by their weights, to the nearest node (the method of largest remainders, the
 * first ones before the later); one without a weight counts as an average one. Throws LockstepError(badPlacement).
 */
export function placeNodes(size: number, machines: readonly Slots[]): number[] {
  const fixed = machines.reduce((sum, { nodes = 0 }) => sum + nodes, 0);
  const open = machines.filter(({ nodes }) => nodes === undefined);
  const left = size - fixed;
  if (left < 0 || (left > 0 && open.length === 0)) {
    throw new LockstepError('badPlacement', { size, places: fixed });
  }
  const shares = sharesOf(left, open);
  return machines.flatMap(({ nodes }, index) =>
    Array.from({ length: nodes ?? shares.shift() ?? 0 }, () => index),
  );
}

/**
 * The machines of so many nodes more, where `taken` says how many each has: each goes where most are missing to what
 * {@link placeNodes} would make of all of them. Throws LockstepError(badPlacement) where there are not so many places.
 */
export function placeMore(count: number, taken: readonly number[], machines: readonly Slots[]): number[] {
  const size = taken.reduce((sum, each) => sum + each, 0) + count;
  const missing = taken.map((each) => -each);
  for (const index of placeAll(size, machines)) missing[index] = (missing[index] ?? 0) + 1;
  return Array.from({ length: count }, () => {
    const index = missing.indexOf(Math.max(...missing));
    missing[index] = (missing[index] ?? 0) - 1;
    return index;
  });
}

/** As {@link placeNodes}, where machines that name a number may have fewer: some of their nodes are gone. */
function placeAll(size: number, machines: readonly Slots[]): number[] {
  const fixed = machines.reduce((sum, { nodes = 0 }) => sum + nodes, 0);
  return size < fixed ? placeNodes(fixed, machines) : placeNodes(size, machines);
}

function sharesOf(count: number, machines: readonly Slots[]): number[] {
  const known = machines.flatMap(({ weight }) => weight ?? []);
  const average = known.length > 0 ? known.reduce((sum, weight) => sum + weight, 0) / known.length : 1;
  const weights = machines.map(({ weight }) => weight ?? average);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const exact = weights.map((weight) => (count * weight) / total);
  const shares = exact.map(Math.floor);
  const missing = count - shares.reduce((sum, share) => sum + share, 0);
  const byRemainder = [...shares.keys()].sort((a, b) => remainder(exact, b) - remainder(exact, a) || a - b);
  for (const index of byRemainder.slice(0, missing)) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
}

/** Rounded, so that equal weights have equal remainders. */
const remainder = (exact: readonly number[], index: number): number =>
  Math.round(((exact[index] ?? 0) % 1) * 1e9);
