/**
 * The group below which this process may make others that hold memory; nothing is changed that is not its own.
 *
 * Version 1: below its own group, where it may write there. Version 2 (kernel documentation, cgroup-v2): a group hands
 * its controllers on to its children only when it has no processes itself, or is the root. So the place is rarely the own
 * group; it is the nearest one above that hands memory on and that this user may write, as in the part of the tree which
 * systemd leaves to each user. A process may be moved there by whoever may write `cgroup.procs` of the common ancestor,
 * which is that place. Two walls are kept where the kernel has none: root stays below its own group, so that nothing
 * leaves a container; nobody leaves a group that has a memory limit.
 */
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownGroup, type OwnGroup } from './hierarchy';

/** Where groups can be made. */
export interface GroupPlace {
  version: 1 | 2;
  directory: string;
}

/** What the place depends on. */
export interface Surroundings {
  /** Texts of /proc/self/mountinfo and /proc/self/cgroup. */
  mountinfo: string;
  membership: string;
  isRoot: boolean;
  /** Slurm holds the limits of its allocations by groups of its own. */
  inSlurm: boolean;
}

/** The place of this process, or why it has none. */
export function ownPlace(): GroupPlace | { reason: string } {
  try {
    return placeOf({
      mountinfo: readFileSync('/proc/self/mountinfo', 'utf8'),
      membership: readFileSync('/proc/self/cgroup', 'utf8'),
      isRoot: process.getuid?.() === 0,
      inSlurm: process.env['SLURM_JOB_ID'] !== undefined,
    });
  } catch {
    return { reason: withoutGroups }; // not Linux
  }
}

const withoutGroups = 'this system has no control groups for memory';

/** The place in given surroundings, or why there is none. */
export function placeOf(around: Surroundings): GroupPlace | { reason: string } {
  if (around.inSlurm)
    return { reason: 'Slurm holds the limits of its allocation by control groups of its own' };
  const own = ownGroup(around.mountinfo, around.membership);
  if (!own) return { reason: withoutGroups };
  const directory = own.version === 1 ? ifWritable(own.directory) : handingOn(own, around.isRoot);
  return directory === undefined
    ? { reason: `this user may not make control groups that hold memory at or above ${own.directory}` }
    : { version: own.version, directory };
}

/** The nearest group, from the own one upward, that hands memory on to its children and can be written. */
function handingOn({ directory: own, top }: OwnGroup, isRoot: boolean): string | undefined {
  if (ifWritable(own) !== undefined && (handsOn(own) || beginsToHandOn(own))) return own;
  if (isRoot) return undefined;
  for (let group = own; group !== top && !isLimited(group);) {
    group = dirname(group);
    if (ifWritable(group) !== undefined && handsOn(group)) return group;
  }
  return undefined;
}

/** The controllers of a list such as `cpu memory pids`. */
const controllersIn = (group: string, file: string): string[] => read(join(group, file)).trim().split(/\s+/);

const handsOn = (group: string): boolean => controllersIn(group, 'cgroup.subtree_control').includes('memory');

/** The kernel refuses it with EBUSY where the group has processes and is not the root. */
function beginsToHandOn(own: string): boolean {
  if (!controllersIn(own, 'cgroup.controllers').includes('memory')) return false;
  try {
    writeFileSync(join(own, 'cgroup.subtree_control'), '+memory');
    return handsOn(own);
  } catch {
    return false;
  }
}

function isLimited(group: string): boolean {
  const limit = read(join(group, 'memory.max')).trim();
  return limit !== '' && limit !== 'max';
}

function ifWritable(group: string): string | undefined {
  try {
    accessSync(group, constants.W_OK | constants.X_OK);
    accessSync(join(group, 'cgroup.procs'), constants.W_OK);
    return group;
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the root has no limits; an older kernel lacks some files
  }
}
