/**
 * Start here: `withEditor` is a real VS Code in a real browser, for tests as a person; `runInExtensionHost` runs
 * a test module inside the extension host. Both start everything on 127.0.0.1 and leave nothing behind.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from './browser';
import { editor, repository, temporaryFolder } from './places';
import { ServerProcess, freePort } from './serverProcess';

/** Settings that keep the editor from asking and fetching. */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'window.commandCenter': false,
  'git.enabled': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'editor.accessibilitySupport': 'off',
  'debug.toolBarLocation': 'docked',
  'workbench.colorTheme': 'Default Dark Modern',
};

export interface EditorOptions {
  /** Folder that the editor opens. */
  folder: string;
  /** Extensions to install first: paths of .vsix files. */
  extensions?: string[];
  settings?: Record<string, unknown>;
  /** Added to the environment of the editor and so of the extension. */
  env?: NodeJS.ProcessEnv;
}

export interface EditorSession {
  page: Page;
  browser: Browser;
  /** Process group of the editor's server; its extension host and all of its children are in it. */
  serverPid: number;
  address: string;
}

function environment(home: string, added: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const runtime = join(home, 'run');
  mkdirSync(runtime, { mode: 0o700, recursive: true });
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...added,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_RUNTIME_DIR: runtime,
  };
  for (const name of Object.keys(env)) {
    if (name.startsWith('VSCODE_') || name.startsWith('NODE_TEST_') || name === 'NODE_OPTIONS')
      delete env[name];
  }
  return env;
}

/** Runs `body` with an editor as a person has it, then ends the browser, the editor and all it started. */
export async function withEditor(
  options: EditorOptions,
  body: (session: EditorSession) => Promise<void>,
): Promise<void> {
  const home = temporaryFolder('editor');
  const user = join(home.path, 'user');
  const extensions = join(home.path, 'extensions');
  mkdirSync(join(user, 'User'), { recursive: true });
  writeFileSync(
    join(user, 'User', 'settings.json'),
    JSON.stringify({ ...quietSettings, ...options.settings }, null, 2),
  );
  const port = await freePort();
  const env = environment(home.path, options.env);
  const common = ['--user-data-dir', user, '--extensions-dir', extensions, '--disable-telemetry'];
  for (const extension of options.extensions ?? []) {
    execFileSync(editor.node, [editor.codeServer, ...common, '--install-extension', extension], { env });
  }
  const server = await ServerProcess.start(
    editor.node,
    [
      editor.codeServer,
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--config', join(home.path, 'config.yaml')],
      ...common,
      ...['--disable-update-check', '--disable-workspace-trust', '--disable-getting-started-override'],
      options.folder,
    ],
    { port, env, logFile: join(repository, 'out', 'editor-server.log') },
  );
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${server.address}/?folder=${encodeURIComponent(options.folder)}`);
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await body({ page, browser, serverPid: server.pid, address: server.address });
  } finally {
    await browser.close();
    await server.stop();
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
  /** Resolves once the tests have reported. */
  finished(): Promise<void>;
}

/** Runs a test module inside a real extension host, as @vscode/test-electron does on a desktop. */
export async function runInExtensionHost(options: HostOptions): Promise<void> {
  const home = temporaryFolder('host');
  const port = await freePort();
  const server = await ServerProcess.start(
    editor.node,
    [
      editor.serverMain,
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
      ...['--accept-server-license-terms', '--enable-smoke-test-driver', '--disable-telemetry'],
      ...['--user-data-dir', join(home.path, 'user'), '--server-data-dir', join(home.path, 'server')],
      ...['--extensions-dir', join(home.path, 'extensions'), '--disable-workspace-trust'],
    ],
    { port, env: environment(home.path, options.env), logFile: join(repository, 'out', 'host-server.log') },
  );
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const remote = (path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
    const payload = [
      ['extensionDevelopmentPath', remote(options.extension)],
      ['extensionTestsPath', remote(options.tests)],
    ];
    const query = new URLSearchParams({ folder: options.folder, payload: JSON.stringify(payload) });
    await page.goto(`${server.address}/?${query.toString()}`);
    await options.finished();
  } finally {
    await browser.close();
    await server.stop();
    home.remove();
  }
}
