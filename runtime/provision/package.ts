/** What is uploaded together into one directory of a host's cache, named by its content: paths, lengths and hashes. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { UploadFile } from '../launch/ssh';
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

/** The runtime's bundles as a package. */
export function runtimePackage(directory: string): Promise<Package> {
  return makePackage(
    'runtime',
    ['node.js', 'agent.js', 'relay.js'].map((name) => join(directory, name)),
  );
}

/** A bundled program with its source map as a package. */
export function programPackage(bundle: Bundle): Promise<Package> {
  return makePackage('program', [bundle.path, bundle.mapPath]);
}

async function makePackage(kind: string, paths: string[]): Promise<Package> {
  const files = await Promise.all(
    paths.map(async (local) => {
      const content = await readFile(local);
      const sha256 = createHash('sha256').update(content).digest('hex');
      return { path: basename(local), local, bytes: content.length, sha256 };
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
