/**
 * Start here: `withEditor` is a real VS Code in a real browser window, for tests as a person; `runInExtensionHost`
 * runs a test module inside its extension host. All is on 127.0.0.1, and nothing is left behind.
 */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { freePort, quietSettings, startEditorServer } from '../../../scripts/editorServer.mjs';
import { launchBrowser } from '../../support/browser';
import { assertNoProcesses } from './leftovers';
import { repository, temporaryFolder } from './places';

export interface EditorOptions {
  /** Folder that the editor opens. */
  folder: string;
  /** Extensions to install first: paths of .vsix files. */
  extensions?: string[];
  settings?: Record<string, unknown>;
  /** Added to the environment of the editor, and so of the extension. */
  env?: NodeJS.ProcessEnv;
  /** More arguments of the editor's server. */
  args?: string[];
  /** More parameters of the window's address. */
  payload?: [string, string][];
}

/** An editor that runs, and its one window. */
export interface EditorSession {
  page: Page;
  browser: Browser;
  /** Process group of the editor's server; its extension host and all of its children are in it. */
  serverPid: number;
  /** Where run directories and sockets of this editor lie. */
  runtimeDirectory: string;
}

const isOfLockstep = (name: string): boolean => name.startsWith('lockstep');

/**
 * Runs `body` with an editor and its window open, then ends the browser and the editor's server. Fails if a process
 * or a run directory is left after 10 s.
 */
export async function withEditor(
  options: EditorOptions,
  body: (session: EditorSession) => Promise<void>,
): Promise<void> {
  const home = temporaryFolder('editor');
  const runtimeDirectory = join(home.path, 'run');
  mkdirSync(runtimeDirectory, { mode: 0o700 });
  const port = await freePort();
  try {
    const server = await startEditorServer({
      home: home.path,
      port,
      settings: {
        ...quietSettings,
        'window.commandCenter': false,
        'git.enabled': false,
        ...options.settings,
      },
      extensions: options.extensions,
      // Homes of its own also for what the extension keeps: no test sees, or ends, what whoever runs it has deployed.
      env: {
        XDG_RUNTIME_DIR: runtimeDirectory,
        XDG_DATA_HOME: join(home.path, 'data'),
        XDG_STATE_HOME: join(home.path, 'state'),
        ...options.env,
      },
      args: options.args,
    });
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      const payload = (options.payload ?? []).map(([name, path]) => [
        name,
        `vscode-remote://127.0.0.1:${port}${path}`,
      ]);
      await page.goto(server.addressOf({ folder: options.folder, payload: JSON.stringify(payload) }));
      await body({ page, browser, serverPid: server.pid, runtimeDirectory });
    } finally {
      await browser.close();
      await server.stop();
    }
    await assertNoProcesses(runtimeDirectory);
    assert.deepEqual(readdirSync(runtimeDirectory).filter(isOfLockstep), [], 'run directories are left');
  } finally {
    const log = join(home.path, 'server.log');
    if (existsSync(log)) copyFileSync(log, join(repository, 'out', 'editor-server.log'));
    home.remove();
  }
}

export interface HostOptions {
  folder: string;
  /** Folder of the extension under development. */
  extension: string;
  /** JavaScript file that exports `run()`. */
  tests: string;
  env?: NodeJS.ProcessEnv;
  settings?: Record<string, unknown>;
  /** Resolves once the tests have reported. */
  finished(): Promise<void>;
}

/** Runs a test module inside a real extension host, as @vscode/test-electron does on a desktop. */
export function runInExtensionHost(options: HostOptions): Promise<void> {
  return withEditor(
    {
      folder: options.folder,
      env: options.env,
      settings: options.settings,
      // A built editor heeds the payload's extension under test only with its test driver on.
      args: ['--enable-smoke-test-driver'],
      payload: [
        ['extensionDevelopmentPath', options.extension],
        ['extensionTestsPath', options.tests],
      ],
    },
    () => options.finished(),
  );
}
