import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceLocation } from '../protocol/node';

/** Places of the bundled program in its sources. */
export class ProgramPlaces {
  constructor(private readonly bundle: string) {}

  /** The place in the source of the first statement on a line of the bundle, from 1. */
  ofLine(line: number): SourceLocation | undefined {
    const text = readFileSync(this.bundle, 'utf8').split('\n')[line - 1] ?? '';
    return this.of(line - 1, text.length - text.trimStart().length);
  }

  /** The place in the source of one in the bundle; both count from 0. */
  of(line: number, column: number): SourceLocation | undefined {
    const map = new SourceMap(JSON.parse(readFileSync(`${this.bundle}.map`, 'utf8')) as SourceMapPayload);
    const entry = map.findEntry(line, column);
    if (!('originalSource' in entry)) return undefined;
    const { originalSource, originalLine, originalColumn } = entry;
    const file = originalSource.startsWith('file:')
      ? fileURLToPath(originalSource)
      : resolve(dirname(this.bundle), originalSource);
    return { file, line: originalLine + 1, column: originalColumn + 1 };
  }
}
