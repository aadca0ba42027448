import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './places';

/** Copies a sample into `parent`, with the types that "Set Up This Folder" would bring; answers the new folder. */
export function copySample(sample: string, parent: string): string {
  const target = join(parent, sample);
  cpSync(join(repository, 'dist', 'samples', sample), target, { recursive: true });
  const types = join(target, 'node_modules', 'lockstep');
  mkdirSync(types, { recursive: true });
  cpSync(join(repository, 'dist', 'types-package'), types, { recursive: true });
  return target;
}
