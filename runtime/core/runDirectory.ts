/**
 * A run's folder: its sockets, and one file by which clients of the same user find it. It has mode 0700 and a name
 * that nobody could have made in advance.
 */
import {
  accessSync,
  constants,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';

const prefix = 'lockstep-';
const fileName = 'coordinator.json';

/** What the file says. It is readable by the user alone. */
const runFile = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Tells this process from a later one with the same id. */
  startTime: v.string(),
  /** Hex; a client proves with it that it belongs to the same user. */
  secret: v.pipe(v.string(), v.hexadecimal()),
});
export type RunFile = v.InferOutput<typeof runFile>;

/** A socket's path is at most 104 characters long on some systems; the rest is for the names below the base. */
const longestBaseChars = 70;

/** Where run directories lie: the user's runtime folder, else the one for temporary files, if their paths are short. */
function base(first = process.env['XDG_RUNTIME_DIR']): string {
  for (const place of [first, tmpdir()]) {
    if (place === undefined) continue;
    try {
      const path = realpathSync(place);
      accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
      if (process.platform === 'win32' || path.length <= longestBaseChars) return path;
    } catch {
      // not there, or another user's: after `su` the variable names the folder of the user before
    }
  }
  return realpathSync('/tmp');
}

/** Makes a run directory for this process; in a folder of one's own where it is to outlive the login. */
export function createRunDirectory(secret: string, folder?: string): string {
  const directory = mkdtempSync(join(base(folder), prefix));
  const file: RunFile = { pid: process.pid, startTime: startTime(process.pid) ?? '', secret };
  writeFileSync(join(directory, fileName), JSON.stringify(file), { mode: 0o600 });
  return directory;
}

export function removeRunDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** The file of a run directory, if both are this user's alone and it is whole. */
export function readRunFile(directory: string): RunFile | undefined {
  try {
    const path = join(directory, fileName);
    const folder = lstatSync(directory);
    const file = lstatSync(path);
    if (!folder.isDirectory() || !file.isFile() || !isPrivate(folder) || !isPrivate(file)) return undefined;
    return v.parse(runFile, JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** True if nobody but this user (and the administrator) has any right to it. Windows keeps that by the folder it lies in. */
function isPrivate({ uid, mode }: Stats): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
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
    // It may be removed at any moment, by the last of its processes.
    const made = statSync(directory, { throwIfNoEntry: false });
    if (file && made) found.push({ directory, file, madeMs: made.ctimeMs });
  }
  return found.sort((a, b) => b.madeMs - a.madeMs);
}

/** True while the process runs that a run directory belongs to. */
export function isRunning(directory: string): boolean {
  const file = readRunFile(directory);
  return file !== undefined && isAlive(file);
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
