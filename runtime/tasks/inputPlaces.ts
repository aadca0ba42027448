import type { InputPlace } from '../scheduler/model';
import { cameAlong, inlineArgumentBytes } from './messages';
import type { TaskState } from './taskState';
import { packedBytes } from './wire';

/**
 * Where a node finds what a task takes, as it travels: for each input its task, the rank that holds it, and the value where
 * that comes along. `own` is the driver's rank.
 */
export function inputPlaces(
  inputs: readonly InputPlace[],
  rank: number,
  own: number,
  stateOf: (task: number) => TaskState | undefined,
): unknown[] {
  const places: unknown[] = [];
  for (const { task: input, holders } of inputs) {
    const source = stateOf(input) as TaskState;
    const near = holders.find((holder) => holder.rank === rank) ?? holders[0];
    if (near) places.push(input, near.rank, undefined);
    else if (packedBytes(source.value) > inlineArgumentBytes) places.push(input, own, undefined);
    else places.push(input, cameAlong, source.value);
  }
  return places;
}
