import type { Replayed } from './replay';

/** What a user is told of a journal that is gone on from; nothing of a new one. */
export function describeReplay({ entries, ofOtherVersions, broken }: Replayed, folder: string): string[] {
  const lines: string[] = [];
  if (broken) {
    const which = `Record ${broken.record} of the journal, at byte ${broken.at},`;
    lines.push(
      broken.isLast
        ? `${which} is not whole, and is left out: it was being written when the program before ended.`
        : `Warning: ${which} is damaged. What comes before it is used; what comes after it is not.`,
    );
  }
  if (ofOtherVersions > 0) {
    lines.push(
      `The code of the program has changed: ${tasks(ofOtherVersions)} of other versions of it in the journal are not used. With --journal-any-version they are.`,
    );
  }
  if (entries.size > 0)
    lines.push(`Goes on from the journal in ${folder}: ${tasks(entries.size)} had ended.`);
  return lines;
}

const tasks = (count: number): string => `${count.toLocaleString('en')} task${count === 1 ? '' : 's'}`;
