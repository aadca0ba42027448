/** What is uploaded together into one directory of a host's cache, named by its content: paths, lengths and hashes. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { dataOf } from '../core/programData';
import type { UploadFile } from '../launch/remote';
import type { Bundle } from '../protocol/job';

/** Written last: a directory that has it has all the rest. Its time is when the directory was last used. */
export const completeMark = '.complete';

/** A directory of the cache, as it is to be. */
export interface Package {
  /** Name of the directory: what it is, and the hash of its content. */
  name: string;
  files: PackageFile[];
}

interface PackageFile {
  /** Name in the directory. */
  path: string;
  /** Absolute path here. */
  local: string;
  bytes: number;
  sha256: string;
}

/**
 * The runtime's bundles as a package, with the native calls of this system where it has them: a host of another kind does
 * without (see transport/koffi.ts).
 */
export function runtimePackage(directory: string): Promise<Package> {
  const native = 'koffi.node';
  const bundles = ['node.js', 'agent.js', 'relay.js'];
  const names = existsSync(join(directory, native)) ? [...bundles, native] : bundles;
  return makePackage(
    'runtime',
    names.map((name) => ({ path: name, local: join(directory, name) })),
  );
}

/** A bundled program with its source map, and with the folder `data` beside its source: what it reads travels with it. */
export async function programPackage(bundle: Bundle): Promise<Package> {
  const bundled = [bundle.path, bundle.mapPath].map((local) => ({ path: basename(local), local }));
  const [program] = bundle.sources;
  const data = program === undefined ? [] : await dataOf(program);
  return makePackage('program', [...bundled, ...data]);
}

async function makePackage(kind: string, parts: { path: string; local: string }[]): Promise<Package> {
  const files = await Promise.all(
    parts.map(async ({ path, local }) => {
      const content = await readFile(local);
      const sha256 = createHash('sha256').update(content).digest('hex');
      return { path, local, bytes: content.length, sha256 };
    }),
  );
  const hash = createHash('sha256');
  for (const { path, bytes, sha256 } of files) hash.update(`${path}\0${bytes}\0${sha256}\n`);
  return { name: `${kind}-${hash.digest('hex').slice(0, 32)}`, files };
}

/** The files of a package as an upload, its mark last. */
export function uploadOf({ files }: Package): UploadFile[] {
  return [
    ...files.map(({ path, local }) => ({ path, content: local })),
    { path: completeMark, content: Buffer.alloc(0) },
  ];
}

/** Bytes of a package's content. */
export const packageBytes = ({ files }: Package): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
