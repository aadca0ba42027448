import type { Readable } from 'node:stream';

/** A line that is longer is cut into several. */
const maximumLineChars = 1 << 16;

/**
 * Reads what a process writes past the program's streams. `onText` gets whole lines, joined by newlines; no more is
 * read until it has resolved, so that a process that writes a gigabyte waits and the reader does not grow.
 */
export async function readRawOutput(
  input: Readable,
  onText: (text: string) => Promise<void> | void,
): Promise<void> {
  let rest = '';
  input.setEncoding('utf8');
  try {
    for await (const chunk of input as AsyncIterable<string>) {
      const all = rest + chunk;
      const end = all.lastIndexOf('\n');
      rest = all.slice(end + 1);
      if (end >= 0)
        await onText(
          all
            .slice(0, end + 1)
            .replaceAll('\r\n', '\n')
            .slice(0, -1),
        );
      for (; rest.length > maximumLineChars; rest = rest.slice(maximumLineChars)) {
        await onText(rest.slice(0, maximumLineChars));
      }
    }
  } catch {
    // the pipe broke; the process's end tells
  }
  if (rest !== '') await onText(rest);
}
