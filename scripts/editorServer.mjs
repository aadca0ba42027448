// Starts the editor that editor.mjs installed: its server on 127.0.0.1, behind a token, for `npm start` and for tests.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { editor } from './editor.mjs';
import { SetupError, root } from './setup.mjs';

/** Settings that keep the editor from asking, fetching and reporting. */
export const quietSettings = {
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
  'chat.commandCenter.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'typescript.disableAutomaticTypeAcquisition': true,
  'npm.fetchOnlinePackageInfo': false,
  'remote.autoForwardPorts': false,
};

/** Answers a port of 127.0.0.1 that nothing listens on. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Our environment without what another editor or test runner left in it.
 * @param {NodeJS.ProcessEnv} added
 */
function cleanEnvironment(added) {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, ...added };
  const foreign = (/** @type {string} */ name) => /^(VSCODE_|ELECTRON_|NODE_TEST_)|^NODE_OPTIONS$/.test(name);
  for (const name of Object.keys(env).filter(foreign)) delete env[name];
  return env;
}

/** @param {number} pid @param {NodeJS.Signals | 0} signal */
function signalGroup(pid, signal) {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** @param {string} address */
async function answers(address) {
  try {
    return (await fetch(address, { redirect: 'manual' })).status < 500;
  } catch {
    return false;
  }
}

/**
 * The editor's server, in a process group of its own so that it ends together with all that it started.
 * @typedef {object} EditorServer
 * @property {number} pid also the id of the process group
 * @property {(query: Record<string, string>) => string} addressOf the address to open, with its token
 * @property {Promise<unknown>} ended resolves when the server's process has ended
 * @property {() => Promise<void>} stop asks the group to end, and kills it after 5 s
 */

/**
 * Starts the server and answers once it listens. `home` holds the profile, the extensions and the log.
 * @param {object} options
 * @param {string} options.home
 * @param {number} options.port
 * @param {Record<string, unknown>} options.settings
 * @param {string[]} [options.extensions] paths of .vsix files to install first
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {string[]} [options.args]
 * @returns {Promise<EditorServer>}
 */
export async function startEditorServer({ home, port, settings, extensions = [], env = {}, args = [] }) {
  const token = randomBytes(16).toString('hex');
  const profile = join(home, 'user');
  mkdirSync(join(profile, 'User'), { recursive: true });
  writeFileSync(join(profile, 'User', 'settings.json'), JSON.stringify(settings, null, 2));
  writeFileSync(join(home, 'token'), token, { mode: 0o600 });
  const places = [
    ...['--user-data-dir', profile, '--server-data-dir', join(home, 'server')],
    ...['--extensions-dir', join(home, 'extensions')],
  ];
  const serverEnv = cleanEnvironment(env);
  for (const extension of extensions) {
    const install = [editor.serverMain, ...places, '--install-extension', extension, '--force'];
    execFileSync(editor.node, install, { env: serverEnv, stdio: ['ignore', 'pipe', 'pipe'] });
  }
  const listen = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--connection-token-file',
    join(home, 'token'),
  ];
  const child = spawn(
    process.execPath,
    [
      join(root, 'scripts', 'supervise.mjs'),
      ...[editor.node, editor.serverMain],
      ...listen,
      ...places,
      ...['--accept-server-license-terms', '--disable-telemetry'],
      ...args,
    ],
    { env: serverEnv, stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  const log = createWriteStream(join(home, 'server.log'));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const ended = once(child, 'exit');
  const pid = child.pid ?? 0;
  const stop = async () => {
    signalGroup(pid, 'SIGTERM');
    for (let attempt = 0; attempt < 50 && signalGroup(pid, 0); attempt += 1) await delay(100);
    signalGroup(pid, 'SIGKILL');
  };
  const address = `http://127.0.0.1:${port}/`;
  for (let attempt = 0; !(await answers(address)); attempt += 1) {
    if (attempt === 300 || child.exitCode !== null) {
      await stop();
      throw new SetupError(`The editor did not start; its output is in ${join(home, 'server.log')}.`);
    }
    await delay(100);
  }
  const addressOf = (/** @type {Record<string, string>} */ query) =>
    `${address}?${new URLSearchParams({ tkn: token, ...query }).toString()}`;
  return { pid, addressOf, ended, stop };
}
