/**
 * A run's folder: its sockets, and one file by which clients of the same user find it. It has mode 0700 and a name
 * that nobody could have made in advance.
 */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'lockstep-';
const fileName = 'coordinator.json';

/** What the file says. It is readable by the user alone. */
export interface RunFile {
  pid: number;
  /** Tells this process from a later one with the same id. */
  startTime: string;
  /** Hex; a client proves with it that it belongs to the same user. */
  secret: string;
}

/** Where run directories lie: a place with short paths, for a socket's path is at most 104 characters long. */
function base(): string {
  return realpathSync(process.env['XDG_RUNTIME_DIR'] ?? tmpdir());
}

/** Makes a run directory for this process. */
export function createRunDirectory(secret: string): string {
  const directory = mkdtempSync(join(base(), prefix));
  const file: RunFile = { pid: process.pid, startTime: startTime(process.pid) ?? '', secret };
  writeFileSync(join(directory, fileName), JSON.stringify(file), { mode: 0o600 });
  return directory;
}

export function removeRunDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** The file of a run directory, if this user owns it and it is whole. */
export function readRunFile(directory: string): RunFile | undefined {
  try {
    const { uid, mode } = statSync(directory);
    const foreign = process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o077) !== 0);
    if (foreign) return undefined;
    return JSON.parse(readFileSync(join(directory, fileName), 'utf8')) as RunFile;
  } catch {
    return undefined;
  }
}

/** This user's run directories whose coordinator is alive, newest first. */
export function listRunDirectories(): string[] {
  return directories()
    .filter(({ file }) => isAlive(file))
    .map(({ directory }) => directory);
}

/** Removes what coordinators that were killed have left. */
export function reapRunDirectories(): void {
  for (const { directory, file } of directories()) if (!isAlive(file)) removeRunDirectory(directory);
}

function directories(): { directory: string; file: RunFile }[] {
  const found: { directory: string; file: RunFile; madeMs: number }[] = [];
  for (const name of readdirSync(base())) {
    if (!name.startsWith(prefix)) continue;
    const directory = join(base(), name);
    const file = readRunFile(directory);
    if (file) found.push({ directory, file, madeMs: statSync(directory).ctimeMs });
  }
  return found.sort((a, b) => b.madeMs - a.madeMs);
}

function isAlive({ pid, startTime: started }: RunFile): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return (startTime(pid) ?? '') === started;
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
