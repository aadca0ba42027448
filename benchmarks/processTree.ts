/** The memory of a process and all that it started, from Linux's /proc. */
import { readFileSync, readdirSync } from 'node:fs';

/** Sum over a process and its descendants of the proportional set size: pages shared by n processes count 1/n for each. */
export function treePssBytes(pid: number): number {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const pssOf = (process: number): number =>
    (children.get(process) ?? []).reduce((sum, child) => sum + pssOf(child), pssBytes(process));
  return pssOf(pid);
}

/** The number after the command's name, which may hold anything, and the state. */
function parentOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

function pssBytes(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;
}

/** A file of a process, empty once the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
