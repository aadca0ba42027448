/** Going on from a journal: by itself where the coordinator or the driver was killed, else by the same command. */
import { hasJournal } from '../core/journalMachine';
import type { JobFailure, JobSpec } from '../protocol/job';

/** So often a run begins anew by itself. */
export const mostResumptions = 3;

/** Whether a program that has failed so can do better: it did nothing wrong, and its journal is there. */
export function canGoOn(spec: JobSpec, failure: JobFailure | undefined): boolean {
  if (!failure || !hasJournal(spec)) return false;
  const { error, rank } = failure;
  // A job of tasks outlives every machine but that of its driver.
  if (error.code === 'coordinatorLost' || error.code === 'hostLost') return true;
  return error.code === 'nodeLost' && rank === 0;
}

/** The command that goes on from the journal of a program that has failed; undefined without a journal. */
export function resumeCommand(
  spec: JobSpec,
  failure: JobFailure | undefined,
  args: readonly string[],
): string | undefined {
  // What this one says is what to do instead.
  if (!failure || failure.error.code === 'journalElsewhere' || !hasJournal(spec)) return undefined;
  return ['lockstep', 'run', ...args].map(quoted).join(' ');
}

/** An argument as a shell takes it. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
