/**
 * On which other machine the journal of a program lies: a file in this user's state folder, from the beginning of the program
 * until it has ended well. So a later run knows what it goes on from, and does not begin anew on another machine unasked.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JobSpec } from '../protocol/job';
import { journalsPath } from './stateFolder';

type Journaled = Pick<JobSpec, 'program' | 'journal'>;

/** The file that names the machine; undefined for a program without a journal. */
export function journalMachineFile({ program, journal }: Journaled): string | undefined {
  if (!journal) return undefined;
  const name = createHash('sha256')
    .update(JSON.stringify([program, journal.folder]))
    .digest('hex')
    .slice(0, 32);
  return join(journalsPath(), name);
}

/** The machine on which the journal of an earlier run lies, as far as is known here; undefined also for this one. */
export function journalMachine(spec: Journaled): string | undefined {
  const file = journalMachineFile(spec);
  return file !== undefined && existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/** Keeps the machine for later runs, where that can be; the first one counts. */
export function keepJournalMachine(spec: Journaled, machine: string): void {
  const file = journalMachineFile(spec);
  if (file === undefined || existsSync(file)) return;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${machine}\n`, { mode: 0o600 });
  } catch {
    // a later run does not know; this one goes on
  }
}

/** The program has ended well, and its journal is gone. */
export function forgetJournalMachine(spec: Journaled): void {
  const file = journalMachineFile(spec);
  if (file !== undefined) rmSync(file, { force: true });
}

/** True if a program has a journal, here or on another machine. */
export function hasJournal(spec: Journaled): boolean {
  const { journal } = spec;
  if (!journal) return false;
  return existsSync(join(journal.folder, 'journal')) || journalMachine(spec) !== undefined;
}
