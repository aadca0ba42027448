import type { SourceLocation } from '../../runtime/protocol/node';

/** A path's last part, on any system's kind of path. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).pop() || path;
}

/** `pagerank.ts:41`. */
export function placeName(at: SourceLocation): string {
  return `${fileName(at.file)}:${at.line}`;
}
