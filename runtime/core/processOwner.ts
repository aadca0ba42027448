/** Which process something belongs to, so that it is known when that process is gone; and whose files are private. */
import { readFileSync, type Stats } from 'node:fs';

/** A process; the time tells it from a later one with the same id. */
export interface ProcessOwner {
  pid: number;
  startTime: string;
}

/** This process. */
export const thisProcess = (): ProcessOwner => ({
  pid: process.pid,
  startTime: startTime(process.pid) ?? '',
});

/** True while that process runs, on this machine. */
export function isAlive({ pid, startTime: started }: ProcessOwner): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return (startTime(pid) ?? '') === started;
}

/** True if nobody but this user (and the administrator) has any right to it. Windows keeps that by the folder it lies in. */
export function isPrivate({ uid, mode }: Stats): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
}

/** When a process started, in clock ticks since boot; known on Linux only. A process that has ended has none. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    return state === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
