/** Remembers which bundle came of which sources, so that an unchanged program starts without bundling. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Bundle } from '../protocol/job';

/** Grows when the same sources would make another bundle. */
const format = 3;
/** Bundles that were not made anew for this long are removed. */
const keepMs = 30 * 24 * 3600 * 1000;
/** Files that change what a program's imports mean. */
const settingFiles = ['tsconfig.json', 'package.json'];

export interface CachedInput {
  path: string;
  sha256: string;
}

interface Entry {
  bundle: Bundle;
  inputs: CachedInput[];
}

/** The user's cache folder. */
export function defaultCache(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(base, 'lockstep', 'bundles');
}

/** The bundle of a program whose sources are all as they were, or undefined. */
export async function findCached(program: string, cache: string): Promise<Bundle | undefined> {
  try {
    const entry = JSON.parse(await readFile(await entryPath(program, cache), 'utf8')) as Entry;
    const same = await Promise.all(
      entry.inputs.map(async ({ path, sha256 }) => hash(await readFile(path)) === sha256),
    );
    return same.every(Boolean) && existsSync(entry.bundle.path) ? entry.bundle : undefined;
  } catch {
    return undefined; // not there, or not readable any more: it is made anew
  }
}

/** Remembers a bundle and the sources it was made of. */
export async function remember(
  program: string,
  cache: string,
  bundle: Bundle,
  inputs: CachedInput[],
): Promise<void> {
  await mkdir(cache, { recursive: true, mode: 0o700 });
  await writeFile(await entryPath(program, cache), JSON.stringify({ bundle, inputs } satisfies Entry));
  await removeOld(cache);
}

const hash = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** One file a program, named by its path and by what its imports' meaning hangs on. */
async function entryPath(program: string, cache: string): Promise<string> {
  const settings: string[] = [];
  for (let folder = dirname(program); ; folder = dirname(folder)) {
    for (const name of settingFiles) {
      const path = join(folder, name);
      if (existsSync(path)) settings.push(path, hash(await readFile(path)));
    }
    if (folder === dirname(folder)) break;
  }
  return join(cache, `${hash([format, program, ...settings].join('\0')).slice(0, 32)}.json`);
}

async function removeOld(cache: string): Promise<void> {
  const now = Date.now();
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => now - mtimeMs,
      () => 0,
    );
    if (age > keepMs) await rm(path, { recursive: true, force: true });
  }
}
