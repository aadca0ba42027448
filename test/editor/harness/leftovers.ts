import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Everything that an editor starts inherits this variable; so we find it again, wherever it went. */
const mark = 'XDG_RUNTIME_DIR';

interface FoundProcess {
  pid: number;
  command: string;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Processes that live (zombies do not) and have this runtime directory, by their environment. */
export function processesOf(runtimeDirectory: string): FoundProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`${mark}=${runtimeDirectory}`))
    .filter((pid) => !/^State:\s+Z/m.test(read(`/proc/${pid}/status`)))
    .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }));
}

/** Fails if processes with this runtime directory still live after `withinMs`. */
export async function assertNoProcesses(runtimeDirectory: string, withinMs = 10_000): Promise<void> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const left = processesOf(runtimeDirectory);
    if (left.length === 0) return;
    if (Date.now() > endMs) {
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
      const list = left.map(({ pid, command }) => `${pid} ${command}`).join('\n');
      throw new Error(`Still alive ${withinMs} ms after the editor's end:\n${list}`);
    }
    await delay(100);
  }
}

/** Addresses of the TCP sockets that these processes listen on. */
export function listeningSockets(pids: number[]): string[] {
  const inodes = new Set(pids.flatMap(socketInodes));
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((table) => read(table).split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && inode !== undefined && inodes.has(inode))
    .map(([, address]) => address ?? '');
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      return /^socket:\[(\d+)\]$/.exec(target)?.slice(1) ?? [];
    });
  } catch {
    return [];
  }
}
