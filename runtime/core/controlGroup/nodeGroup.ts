/**
 * The control group of one node: lockstep-OWNER/job-1/node-2, where the owner is the process that starts nodes. It is
 * made before the node's process, which enters it by itself before its program is loaded, so that V8 has measured the
 * machine and not the group by then. It goes when the last process in it has ended.
 */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MemoryKill, NodeBoot, NodeGroup } from '../../protocol/agentLink';
import { endProcesses } from '../processFamily';
import { type ProcessOwner, thisProcess } from '../processOwner';
import { killOf, limitSettings } from './memoryLimit';
import { type GroupPlace, ownPlace } from './place';

/** How often an end that is under way is looked for, and for how long. */
const lookMs = 5;
const patienceMs = 1000;

/** Groups of this process that are still to be removed. */
const removals = new Set<Promise<void>>();

/** The name of all groups of a process, in which the process can be read. */
export const ownerGroupName = ({ pid, startTime }: ProcessOwner): string => `lockstep-${pid}-${startTime}`;

/** The process that a group belongs to; undefined for a group that is none of ours. */
export function ownerOf(name: string): ProcessOwner | undefined {
  const [, pid, startTime] = /^lockstep-(\d+)-(\d+)$/.exec(name) ?? [];
  return pid === undefined || startTime === undefined ? undefined : { pid: Number(pid), startTime };
}

/** What a group is made for. */
export type GroupMember = Pick<NodeBoot, 'job' | 'rank' | 'memoryLimitMiB'>;

/** Makes the group of a node, or says why it has none. */
export function openNodeGroup(node: GroupMember): NodeGroup | { reason: string } {
  const place = ownPlace();
  if ('reason' in place) return place;
  try {
    return makeNodeGroup(place, node);
  } catch (error) {
    return { reason: `no control group can be made in ${place.directory}: ${(error as Error).message}` };
  }
}

/** Makes the group of a node in a place. Throws what the system says. */
export function makeNodeGroup(
  { version, directory: place }: GroupPlace,
  { job, rank, memoryLimitMiB }: GroupMember,
): NodeGroup {
  const names = [ownerGroupName(thisProcess()), `job-${job}`, `node-${rank}`];
  const directory = join(place, ...names);
  try {
    mkdirSync(directory, { recursive: true });
    if (version === 2) {
      for (const group of [dirname(dirname(directory)), dirname(directory)])
        writeFileSync(join(group, 'cgroup.subtree_control'), '+memory');
    }
    for (const { file, value, needed } of limitSettings(version, memoryLimitMiB))
      set(join(directory, file), value, needed);
  } catch (error) {
    removeUpward(directory);
    throw error;
  }
  return { version, directory };
}

/** Moves the calling process, with all of its threads, into a group. Rejects with what the system says. */
export async function enterGroup({ directory }: NodeGroup): Promise<void> {
  await writeFile(join(directory, 'cgroup.procs'), '0');
}

/** Whether and why the kernel has ended a process of a group. */
export function memoryKill({ version, directory }: NodeGroup): MemoryKill | undefined {
  return killOf(version, (file) => read(join(directory, file)));
}

/** Ends what is left in a group and removes it, soon: {@link groupsRemoved} waits for it. */
export function closeNodeGroup({ directory }: NodeGroup): void {
  endMembers(directory);
  if (removeUpward(directory)) return;
  const removal = removeLater(directory).finally(() => removals.delete(removal));
  removals.add(removal);
}

/** Resolves when the groups that were closed are gone, or have had time enough. */
export async function groupsRemoved(): Promise<void> {
  await Promise.all(removals);
}

async function removeLater(directory: string): Promise<void> {
  const end = performance.now() + patienceMs;
  do {
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    endMembers(directory);
  } while (!removeUpward(directory) && performance.now() < end);
}

/** Version 2 has `cgroup.kill`, since Linux 5.14 only; who forks meanwhile is found in the next round. */
function endMembers(directory: string): void {
  const pids = read(join(directory, 'cgroup.procs')).split('\n').map(Number);
  // 0 stands for a process of another namespace; to `kill` it would mean this very group of processes.
  endProcesses(pids.filter((pid) => pid > 0 && pid !== process.pid));
}

/** Removes a node's group, and those above it that are empty then; false while the node's has processes. */
export function removeUpward(directory: string): boolean {
  if (!remove(directory)) return false;
  if (remove(dirname(directory))) remove(dirname(dirname(directory)));
  return true;
}

/** True if there is no such group any more. The kernel refuses what has processes or groups in it. */
export function remove(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function set(path: string, value: string, needed: boolean): void {
  try {
    writeFileSync(path, value);
  } catch (error) {
    if (needed) throw error;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the group is gone, or the kernel has no such file
  }
}
