import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The absolute path of a script's URL or path; undefined when it names no file. */
export function pathOfUrl(url: string): string | undefined {
  if (url.startsWith('file://')) {
    try {
      return fileURLToPath(url);
    } catch {
      return undefined; // a host in it, or an encoded slash
    }
  }
  return isAbsolute(url) ? url : undefined;
}

/** The URL under which a node loads the file of this path. */
export const urlOfPath = (path: string): string => pathToFileURL(path).href;

/** Two spellings of one file have one key. */
export function pathKey(path: string): string {
  const normal = resolve(path);
  return process.platform === 'win32' ? normal.toLowerCase() : normal;
}

/** A text as a regular expression that matches only it. */
export const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
