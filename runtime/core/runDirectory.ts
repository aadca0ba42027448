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
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { sweepGroups } from './controlGroup/leftoverGroups';
import { endFamilies, isOfRun } from './processFamily';
import { isAlive, isPrivate, thisProcess } from './processOwner';

const prefix = 'lockstep-';
const fileName = 'coordinator.json';
/** In a directory that is no run's: a connection's, for instance. */
const ownerFileName = 'owner.json';

/** Whose a directory is. The file is readable by the user alone. */
const owner = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Tells this process from a later one with the same id. */
  startTime: v.string(),
});

const runFile = v.object({
  ...owner.entries,
  /** Hex; a client proves with it that it belongs to the same user. */
  secret: v.pipe(v.string(), v.hexadecimal()),
});
export type RunFile = v.InferOutput<typeof runFile>;

/**
 * A socket's path is at most 104 characters long on some systems; the rest is for the names below the base, and for
 * what OpenSSH appends to one.
 */
const longestBaseChars = 66;

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
  return createDirectory(fileName, { ...thisProcess(), secret } satisfies RunFile, folder);
}

/** Makes a directory for sockets of this process that are no run's; it is reaped as a run's is. */
export function createSocketDirectory(): string {
  return createDirectory(ownerFileName, thisProcess());
}

function createDirectory(name: string, content: object, folder?: string): string {
  const directory = mkdtempSync(join(base(folder), prefix));
  writeFileSync(join(directory, name), JSON.stringify(content), { mode: 0o600 });
  return directory;
}

/** Removes a directory that was made here. */
export function removeRunDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** The file of a run directory, if both are this user's alone and it is whole. */
export function readRunFile(directory: string): RunFile | undefined {
  return readPrivate(directory, fileName, runFile);
}

function readPrivate<T>(directory: string, name: string, schema: v.GenericSchema<unknown, T>): T | undefined {
  try {
    const path = join(directory, name);
    const folder = lstatSync(directory);
    const file = lstatSync(path);
    if (!folder.isDirectory() || !file.isFile() || !isPrivate(folder) || !isPrivate(file)) return undefined;
    return v.parse(schema, JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** This user's run directories whose coordinator is alive, newest first. */
export function listRunDirectories(): string[] {
  const found = directories().flatMap((directory) => {
    const file = readRunFile(directory);
    // It may be removed at any moment, by the last of its processes.
    const made = statSync(directory, { throwIfNoEntry: false });
    return file && made && isAlive(file) ? [{ directory, madeMs: made.ctimeMs }] : [];
  });
  return found.sort((a, b) => b.madeMs - a.madeMs).map(({ directory }) => directory);
}

/** Ends and removes what processes of this user that were killed have left. */
export function reapRunDirectories(): void {
  for (const directory of directories()) {
    const file = readRunFile(directory) ?? readPrivate(directory, ownerFileName, owner);
    if (!file || isAlive(file)) continue;
    endFamilies((family) => isOfRun(family, directory));
    removeRunDirectory(directory);
  }
  sweepGroups();
}

function directories(): string[] {
  const at = base();
  return readdirSync(at)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(at, name));
}

/** True while the process runs that a run directory belongs to. */
export function isRunning(directory: string): boolean {
  const file = readRunFile(directory);
  return file !== undefined && isAlive(file);
}
