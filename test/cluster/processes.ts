/** What /proc tells about processes (Linux). */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended
  }
};

const pids = (): number[] => readdirSync('/proc').map(Number).filter(Boolean);

/** The letter that /proc gives a process's state, or undefined if there is none; a zombie has ended. */
export function stateOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
  return state === 'Z' || state === 'X' ? undefined : state;
}

/** True while a process is there; a zombie is not. */
export const isRunning = (pid: number): boolean => stateOf(pid) !== undefined;

/** The processes that were started with a text in their environment, with their command lines. */
export function processesWith(text: string): { pid: number; command: string }[] {
  return pids()
    .filter((pid) => pid !== process.pid && read(`/proc/${pid}/environ`).includes(text))
    .filter(isRunning)
    .map((pid) => ({ pid, command: commandOf(pid).join(' ') }));
}

/** The processes that another one has started, with their command lines. */
export function childrenOf(parent: number): { pid: number; command: string }[] {
  const isChild = (pid: number): boolean => {
    const stat = read(`/proc/${pid}/stat`);
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
  };
  return pids()
    .filter(isChild)
    .map((pid) => ({ pid, command: commandOf(pid).join(' ') }));
}

/** How many processes there are that were started with a command line. */
export const countOf = (command: string): number =>
  pids().filter((pid) => commandOf(pid).join(' ') === command && isRunning(pid)).length;

/** The arguments that a process was started with. */
export const commandOf = (pid: number): string[] => read(`/proc/${pid}/cmdline`).split('\0').slice(0, -1);

/** The environment that a process was started with. */
export const environmentOf = (pid: number): string => read(`/proc/${pid}/environ`);

/** Resident memory of a process. */
export function rssBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** The most resident memory that a process has ever had. */
export function peakRssBytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** The inodes of all sockets that a process has open. */
function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return []; // closed meanwhile
      }
    });
  } catch {
    return [];
  }
}

const listening = '0A';

/** The addresses on which processes listen for TCP, as /proc writes them. */
export function tcpListeners(of: readonly number[]): string[] {
  const owned = new Set(of.flatMap(socketsOf));
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) =>
    read(path)
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === listening && owned.has(fields[9] ?? ''))
      .map((fields) => fields[1] ?? ''),
  );
}

/** How many descriptors a process has open. */
export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
