/** Removes the groups of coordinators and relays that were killed. What still has processes in it stays. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../processOwner';
import { ownerOf, remove } from './nodeGroup';
import { type GroupPlace, ownPlace } from './place';

/** When it is looked again: nodes whose coordinator was killed end by themselves, at the same time. */
const againMs = [50, 200, 1000, 4000];

/** Removes what is empty, now and, where something was not yet, a few times later. */
export function sweepGroups(times: readonly number[] = againMs): void {
  const place = ownPlace();
  const [next, ...others] = times;
  if ('reason' in place || sweepPlace(place) || next === undefined) return;
  setTimeout(() => sweepGroups(others), next).unref();
}

/** True if nothing of a dead process is left in a place. */
export function sweepPlace({ directory }: Pick<GroupPlace, 'directory'>): boolean {
  return list(directory)
    .filter((name) => {
      const owner = ownerOf(name);
      return owner && !isAlive(owner);
    })
    .map((name) => removeDownward(join(directory, name), 2))
    .every(Boolean);
}

/** Removes the groups in a group, so many levels deep, and then itself; true if it is gone. */
function removeDownward(group: string, levels: number): boolean {
  if (levels > 0) for (const name of list(group)) removeDownward(join(group, name), levels - 1);
  return remove(group);
}

/** The groups in a group. */
function list(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return []; // it was removed meanwhile
  }
}
