import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folder of the repository; tests are started from it. */
export const repository = process.env['LOCKSTEP_ROOT'] ?? process.cwd();

/** The packaged extension (.vsix), which `scripts/test.mjs` makes. */
export const packagedExtension = process.env['LOCKSTEP_PACKAGE'] ?? '';

/** Where screenshots go, for people to look at. */
export const screenshots = join(repository, 'out', 'screenshots');
mkdirSync(screenshots, { recursive: true });

/** A new folder of this test run, with a short path, as sockets need. `remove` deletes it. */
export function temporaryFolder(name: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `${name}-`));
  return {
    path,
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
}
