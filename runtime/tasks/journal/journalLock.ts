/** One program at a time has a journal: a file names the process that does, and goes with it or is taken over from a dead one. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, type ProcessOwner, thisProcess } from '../../core/processOwner';
import { LockstepError } from '../../protocol/errors';

/** The file, in the journal's folder. */
export const lockName = 'journal.owner';

/** The driver before may be about to end: its coordinator was killed a moment ago. */
const patienceMs = 10_000;
/** On another machine it lives on for the lease before it ends. */
const awayPatienceMs = 30_000;
const lookMs = 50;
/** So long is waited without a word. */
const tellAfterMs = 20 * lookMs;

type Holder = ProcessOwner & { host: string };

/** Takes a journal's folder for this process; throws LockstepError `journalInUse` where another one keeps it. */
export async function lockJournal(
  folder: string,
  isAway: boolean,
  tell: (line: string) => void,
): Promise<void> {
  const mostMs = isAway ? awayPatienceMs : patienceMs;
  const path = join(folder, lockName);
  const mine: Holder = { ...thisProcess(), host: hostname() };
  for (let waitedMs = 0; ; waitedMs += lookMs) {
    try {
      writeFileSync(path, JSON.stringify(mine), { mode: 0o600, flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(path);
    if (holder && isGone(holder)) takeAway(path);
    else if (waitedMs < mostMs) {
      if (waitedMs === tellAfterMs)
        tell(`Waits for the program before to end, which has the journal in ${folder}.`);
      await pause(lookMs);
    } else {
      const { pid, host } = holder ?? { pid: 'unknown', host: 'unknown' };
      throw new LockstepError('journalInUse', { folder, pid, host, file: path });
    }
  }
}

/** On another machine nobody here can see it. */
const isGone = (holder: Holder): boolean => holder.host === hostname() && !isAlive(holder);

/** Whoever renames it first is the only one to take it away. */
function takeAway(path: string): void {
  const away = `${path}.${process.pid}`;
  try {
    renameSync(path, away);
    rmSync(away);
  } catch {
    // another one was quicker
  }
}

/** Undefined as long as it is being written, or where it has just gone. */
function holderOf(path: string): Holder | undefined {
  try {
    const { pid, startTime, host } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    const isHolder = Number.isInteger(pid) && typeof startTime === 'string' && typeof host === 'string';
    return isHolder ? ({ pid, startTime, host } as Holder) : undefined;
  } catch {
    return undefined;
  }
}
