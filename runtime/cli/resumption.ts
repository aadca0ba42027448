/** Going on from a journal: by itself where the coordinator or the driver was killed, else by the same command. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JobFailure, JobSpec } from '../protocol/job';

/** So often a run begins anew by itself. */
export const mostResumptions = 3;

/** Whether a program that has failed so can do better: it did nothing wrong, and its journal is there. */
export function canGoOn(spec: JobSpec, failure: JobFailure | undefined): boolean {
  if (!failure || !hasJournal(spec)) return false;
  const { error, rank } = failure;
  return error.code === 'coordinatorLost' || (error.code === 'nodeLost' && rank === 0);
}

/** The command that goes on from the journal of a program that has failed; undefined without a journal. */
export function resumeCommand(
  spec: JobSpec,
  failure: JobFailure | undefined,
  args: readonly string[],
): string | undefined {
  if (!failure || !hasJournal(spec)) return undefined;
  return ['lockstep', 'run', ...args].map(quoted).join(' ');
}

/** A program that has not begun has none yet, and one that has ended well has none any more. */
const hasJournal = ({ journal }: JobSpec): boolean =>
  journal !== undefined && existsSync(join(journal.folder, 'journal'));

/** An argument as a shell takes it. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
