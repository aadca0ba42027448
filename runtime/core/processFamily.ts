/**
 * A node's process, and all that its program has started. A process group is not enough: a child that makes a session
 * of its own (setsid, a daemon, `detached: true`) has left it. Two things still tell: whose child it is, while its
 * parents live, and a mark in the environment, which it has inherited. What gave up both is not found. Linux only:
 * elsewhere there is no /proc, and the group is all there is.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** The variable that marks the processes of one node; its value is no secret. */
export const familyVariable = 'LOCKSTEP_FAMILY';

/** A mark for a node's processes, in which its run can be read. */
export const newFamily = (runDirectory: string): string => `${basename(runDirectory)}/${randomUUID()}`;

/** True for the marks of all nodes of a run. */
export const isOfRun = (family: string, runDirectory: string): boolean =>
  family.startsWith(`${basename(runDirectory)}/`);

/** A process that forks while it is looked at is found in the next round; one that never stops forking is given up. */
const mostRounds = 5;

/** All processes that descend from one and have not lost a parent in between; not the process itself. */
export function descendantsOf(pid: number): number[] {
  const found = new Set<number>();
  const queue = [pid];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const child of childrenOf(next)) {
      if (found.has(child)) continue;
      found.add(child);
      queue.push(child);
    }
  }
  return [...found];
}

/** The children of each thread of a process. */
function childrenOf(pid: number): number[] {
  return list(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').map(Number).filter(Boolean),
  );
}

/** Kills processes; that some have ended meanwhile is what was wanted. */
export function endProcesses(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended
    }
  }
}

/**
 * Kills all processes of this user whose mark is one of those that are meant, and what descends from them, but not the
 * one that calls. Whoever kills a node here leaves it no time to end its children itself.
 */
export function endFamilies(isMeant: (family: string) => boolean): void {
  const seen = new Set([process.pid]);
  for (let round = 0; round < mostRounds; round += 1) {
    const members = list('/proc')
      .map(Number)
      .filter((pid) => {
        if (pid === 0 || Number.isNaN(pid) || seen.has(pid)) return false;
        const family = familyOf(pid);
        return family !== undefined && isMeant(family);
      });
    if (members.length === 0) return;
    const family = new Set(members.flatMap((pid) => [pid, ...descendantsOf(pid)]));
    family.delete(process.pid);
    endProcesses([...family]);
    for (const pid of members) seen.add(pid);
  }
}

function familyOf(pid: number): string | undefined {
  const start = `${familyVariable}=`;
  const entry = read(`/proc/${pid}/environ`)
    .split('\0')
    .find((each) => each.startsWith(start));
  return entry?.slice(start.length);
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return []; // it has ended, or there is no /proc
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended, or is another user's
  }
}
