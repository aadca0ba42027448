/** The folder `data` beside a program: what the program reads, and what travels with it to other machines. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

const dataFolder = 'data';

/** A file of a program's data. */
export interface DataFile {
  /** Its name from the program's folder on, with slashes. */
  path: string;
  /** Absolute path. */
  local: string;
}

/** The files beside a program that belong to it, in the order of their names; none where there is no such folder. */
export async function dataOf(program: string): Promise<DataFile[]> {
  const root = dirname(program);
  const names = await readdir(join(root, dataFolder), { recursive: true }).catch(() => []);
  const paths = names.map((name) => join(root, dataFolder, name));
  const kinds = await Promise.all(paths.map((path) => stat(path)));
  return paths
    .filter((_, index) => kinds[index]?.isFile())
    .map((local) => ({ path: relative(root, local).split(sep).join('/'), local }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Changes with every name and byte of a program's data. */
export async function dataHash(program: string): Promise<string> {
  const hash = createHash('sha256');
  for (const { path, local } of await dataOf(program)) {
    const content = createHash('sha256');
    for await (const chunk of createReadStream(local)) content.update(chunk as Buffer);
    hash.update(`${path}\0${content.digest('hex')}\n`);
  }
  return hash.digest('hex');
}
