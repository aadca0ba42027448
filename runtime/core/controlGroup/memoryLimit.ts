/** What is written into a group so that it holds memory, and what its counters say of an end. */
import type { MemoryKill } from '../../protocol/agentLink';

const hugePageBytes = 2 * 2 ** 20;

/** One line for one file of a group. */
export interface Setting {
  file: string;
  value: string;
  /** Without it the group holds nothing; the others are missing on some kernels. */
  needed: boolean;
}

/**
 * Holds all memory of a group at so many MiB, swap included: a node that swapped would make its whole machine slow. In
 * version 2 the kernel ends all of the group at once; in version 1 it ends the largest process.
 */
export function limitSettings(version: 1 | 2, limitMiB: number): Setting[] {
  const bytes = String(limitMiB * 2 ** 20);
  return version === 1
    ? [
        { file: 'memory.limit_in_bytes', value: bytes, needed: true },
        { file: 'memory.memsw.limit_in_bytes', value: bytes, needed: false }, // never below the one before
      ]
    : [
        { file: 'memory.max', value: bytes, needed: true },
        { file: 'memory.swap.max', value: '0', needed: false },
        { file: 'memory.oom.group', value: '1', needed: false },
      ];
}

/** Why the kernel has ended a process of a group, by the texts of the group's files; undefined where it has not. */
export function killOf(version: 1 | 2, read: (file: string) => string): MemoryKill | undefined {
  const events = read(version === 1 ? 'memory.oom_control' : 'memory.events');
  if (counter(events, 'oom_kill') === 0) return undefined;
  const reached = version === 1 ? cameToLimit(read) : counter(events, 'oom') > 0;
  return reached ? 'limit' : 'machine';
}

/**
 * Version 1 has no counter of kills for its own limit, and leaves `failcnt` at 0 where that of swap is the same: the most
 * that the group ever had tells, up to the huge page that did not fit any more.
 */
function cameToLimit(read: (file: string) => string): boolean {
  const [most, limit] = ['memory.max_usage_in_bytes', 'memory.limit_in_bytes'].map((file) =>
    Number(read(file)),
  );
  return most !== undefined && limit !== undefined && limit > 0 && most >= limit - hugePageBytes;
}

/** A number by its name, of lines such as `oom_kill 3`. */
function counter(text: string, name: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}
