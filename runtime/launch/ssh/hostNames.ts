/** The hosts that a user's SSH configuration names, for lists to choose from. */
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';

/** A host of the configuration. */
export interface NamedHost {
  /** As it is written after `ssh`. */
  name: string;
  /** Where it is, where the configuration says so: `ada@10.0.0.7`. */
  address: string;
}

/** Files that include each other end here. */
const mostIncludes = 16;

/**
 * The hosts that a configuration names, in its order, each once; patterns are left out. What it says of a host is a
 * hint for people: what holds is asked of OpenSSH when the host is used.
 */
export async function listSshHosts(file = join(homedir(), '.ssh', 'config')): Promise<NamedHost[]> {
  const lines = await readLines(file, dirname(file), 0);
  const hosts = new Map<string, { user?: string; hostname?: string }>();
  let current: { user?: string; hostname?: string }[] = [];
  for (const { key, value } of lines) {
    if (key === 'match') current = [];
    else if (key === 'host') {
      current = wordsOf(value)
        .filter((name) => !/[*?!]/.test(name))
        .map((name) => {
          const known = hosts.get(name) ?? {};
          hosts.set(name, known);
          return known;
        });
    } else if (key === 'user' || key === 'hostname') {
      for (const host of current) host[key] ??= wordsOf(value)[0];
    }
  }
  return [...hosts].map(([name, { user, hostname }]) => {
    const where = hostname?.replaceAll('%h', name) ?? (user === undefined ? '' : name);
    return { name, address: user === undefined ? where : `${user}@${where}` };
  });
}

/** The lines of a file and of those that it includes, as key and value (ssh_config(5)). */
async function readLines(
  file: string,
  base: string,
  depth: number,
): Promise<{ key: string; value: string }[]> {
  const text = await readFile(file, 'utf8').catch(() => ''); // none, or none that may be read
  const lines: { key: string; value: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, word, value = ''] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? [];
    const key = word?.toLowerCase();
    if (key === 'include' && depth < mostIncludes) {
      for (const pattern of wordsOf(value)) {
        for (const each of await filesLike(pattern, base))
          lines.push(...(await readLines(each, base, depth + 1)));
      }
    } else if (key !== undefined) lines.push({ key, value });
  }
  return lines;
}

/** Words between spaces, or in double quotes. */
const wordsOf = (text: string): string[] =>
  [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/** Files of a pattern whose last part may have `*` and `?`. */
async function filesLike(pattern: string, base: string): Promise<string[]> {
  const expanded = pattern.replace(/^~(?=[\\/])/, () => homedir());
  const path = isAbsolute(expanded) ? expanded : join(base, expanded);
  if (!/[*?]/.test(basename(path))) return [path];
  const shape = basename(path)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const names = await readdir(dirname(path)).catch(() => []);
  return names
    .filter((name) => new RegExp(`^${shape}$`).test(name))
    .sort()
    .map((name) => join(dirname(path), name));
}
