import { existsSync, readFileSync } from 'node:fs';

/** How often each word occurs. */
export type Counts = Map<string, number>;

/** Reads a text file. */
export function readText(path: string): string {
  if (!existsSync(path)) {
    throw new Error(
      `There is no file ${path} in ${process.cwd()}. ` +
        'Make the sample anew with "Lockstep: Create Sample Workspace"; in the source code of Lockstep, run "npm run build".',
    );
  }
  return readFileSync(path, 'utf8');
}

/** Cuts a text into pieces of about the same length; each cut lies at a space, so that no word is split. */
export function cutText(text: string, count: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let i = 1; i <= count; i++) {
    const aim = Math.max(start, Math.floor((text.length * i) / count));
    const space = text.indexOf(' ', aim);
    const end = space < 0 ? text.length : space;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

/** Counts the words of a text. A word is letters, with apostrophes inside: "whale", "don't". */
export function countWords(text: string): Counts {
  const counts: Counts = new Map();
  const words =
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/\p{Letter}+('\p{Letter}+)*/gu) ?? [];
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** The counts of two texts as the counts of both together. */
export function mergeCounts(a: Counts, b: Counts): Counts {
  const both = new Map(a);
  for (const [word, n] of b) both.set(word, (both.get(word) ?? 0) + n);
  return both;
}
