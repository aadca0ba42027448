/**
 * A journal's folder, of mode 0700: the file of records, large results in files named by their content, and whose it is.
 *
 * What was written is safe from the death of any process at once, and from that of the machine after a second: records are
 * written when they are made, and the file is flushed to the disk (`fdatasync`) a second after at the latest.
 */
import {
  closeSync,
  existsSync,
  fdatasync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isPrivate } from '../../core/processOwner';
import { LockstepError } from '../../protocol/errors';
import { lockJournal, lockName } from './journalLock';
import type { ByteSource } from './replay';

const recordsName = 'journal';
const resultsName = 'journal.results';
const flushMs = 1000;

export class JournalFiles implements ByteSource {
  private flushDue: NodeJS.Timeout | undefined;
  private isOpen = true;

  private constructor(
    readonly folder: string,
    private readonly descriptor: number,
    public bytes: number,
  ) {}

  /** Opens a journal's folder, or makes it; `isAway`: on another machine than the coordinator's. Throws LockstepError `journalUnusable`, `journalInUse`. */
  static async open(folder: string, isAway: boolean, tell: (line: string) => void): Promise<JournalFiles> {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      checkFolder(folder);
      await lockJournal(folder, isAway, tell);
      mkdirSync(join(folder, resultsName), { recursive: true, mode: 0o700 });
      const descriptor = openSync(join(folder, recordsName), 'a+', 0o600);
      return new JournalFiles(folder, descriptor, fstatSync(descriptor).size);
    } catch (error) {
      if (error instanceof LockstepError) throw error;
      throw new LockstepError(
        'journalUnusable',
        { folder, reason: (error as Error).message },
        { cause: error },
      );
    }
  }

  read(at: number, bytes: number): Uint8Array {
    const into = Buffer.alloc(bytes);
    let filled = 0;
    while (filled < bytes) {
      const count = readSync(this.descriptor, into, filled, bytes - filled, at + filled);
      if (count === 0) break;
      filled += count;
    }
    return into.subarray(0, filled);
  }

  /** Cuts off what comes after so many bytes. */
  cut(bytes: number): void {
    ftruncateSync(this.descriptor, bytes);
    this.bytes = bytes;
  }

  /** Adds to the records; where that fails, nothing of it is left behind. */
  append(content: Uint8Array): void {
    try {
      for (let written = 0; written < content.length;)
        written += writeSync(this.descriptor, content, written, content.length - written);
    } catch (error) {
      this.cutBack();
      throw error;
    }
    this.bytes += content.length;
    this.flushDue ??= setTimeout(() => this.flush(), flushMs).unref();
  }

  /** Keeps a result in a file of its own, whole or not at all. */
  keep(file: string, content: Uint8Array): void {
    const path = join(this.folder, resultsName, file);
    if (existsSync(path)) return;
    const part = `${path}.part`;
    try {
      writeFileSync(part, content, { mode: 0o600 });
      renameSync(part, path);
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
  }

  /** A result in a file of its own; throws where it is not there. */
  kept(file: string): Uint8Array {
    return readFileSync(join(this.folder, resultsName, file));
  }

  /** Such a file is of no use: the result is kept anew when it has come again. */
  discard(file: string): void {
    rmSync(join(this.folder, resultsName, file), { force: true });
  }

  /** Removes results that no record names. */
  keepOnly(files: ReadonlySet<string>): void {
    const folder = join(this.folder, resultsName);
    for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name));
  }

  /** Leaves it for another run. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    clearTimeout(this.flushDue);
    closeSync(this.descriptor);
    rmSync(join(this.folder, lockName), { force: true });
  }

  /** Removes it with all that it keeps; a folder that somebody has put something into stays. */
  remove(): void {
    rmSync(join(this.folder, recordsName), { force: true });
    rmSync(join(this.folder, resultsName), { recursive: true, force: true });
    this.close();
    if (readdirSync(this.folder).length === 0) rmdirSync(this.folder);
  }

  /** What was written in part is cut off, if that can be; else the next run does it. */
  private cutBack(): void {
    try {
      this.cut(this.bytes);
    } catch {
      // the disk fails altogether
    }
  }

  /** An error of the disk shows itself with the next record. */
  private flush(): void {
    this.flushDue = undefined;
    if (this.isOpen) fdatasync(this.descriptor, () => undefined);
  }
}

/** A folder that others can read, or that holds something else, is not used: what is in it is removed one day. */
function checkFolder(folder: string): void {
  const fail = (reason: string): never => {
    throw new LockstepError('journalUnusable', { folder, reason });
  };
  if (!isPrivate(lstatSync(folder))) fail('other users have a right to it (its mode must be 0700)');
  const own = [recordsName, resultsName, lockName];
  const others = readdirSync(folder).filter(
    (name) => !own.some((each) => name === each || name.startsWith(`${lockName}.`)),
  );
  if (others.length > 0) fail(`it holds something else (${others[0]})`);
}
