import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folder of the repository; tests are started from it. */
export const repository = process.env.LOCKSTEP_ROOT ?? process.cwd();

const editorModules = join(repository, '.cache', 'editor', 'node_modules');

/** The editor that `scripts/editor.mjs` installs. */
export const editor = {
  node: join(editorModules, `node-${process.platform}-${process.arch}`, 'bin', 'node'),
  codeServer: join(editorModules, 'code-server', 'out', 'node', 'entry.js'),
  serverMain: join(editorModules, 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
};

/** Where screenshots go, for people to look at. */
export const screenshots = join(repository, 'out', 'screenshots');
mkdirSync(screenshots, { recursive: true });

/** A new folder of this test run. `remove` deletes it. */
export function temporaryFolder(name: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `lockstep-${name}-`));
  return {
    path,
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
}
