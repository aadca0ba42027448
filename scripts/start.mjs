// npm start: sets up all that is needed and opens an editor on the samples with Lockstep in it. Runs until Ctrl+C.
//   --browser   the editor in the browser, even where desktop VS Code is at hand
//   --port N    its port on 127.0.0.1
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureEditor } from './editor.mjs';
import { SetupError, ensureBuilt, ensureDependencies, findProgram, main, root, run } from './setup.mjs';
import { freePort, quietSettings, startEditorServer } from './editorServer.mjs';
import { makeSamplesWorkspace } from './samplesWorkspace.mjs';

const home = join(root, '.lockstep');
const firstFile = join('02-flights', 'pagerank.ts');
const settings = {
  ...quietSettings,
  'debug.toolBarLocation': 'docked',
  'debug.openDebug': 'openOnSessionStart',
};

function readArguments() {
  try {
    const { values } = parseArgs({ options: { browser: { type: 'boolean' }, port: { type: 'string' } } });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
      throw new SetupError(`--port: ${values.port} is not a port number.`);
    }
    return { browser: values.browser === true, port };
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(
      `${/** @type {Error} */ (error).message} Usage: npm start -- [--browser] [--port N]`,
    );
  }
}

/** Desktop VS Code, with a profile of its own, so that nobody's settings and extensions are touched. */
async function openDesktop(
  /** @type {string} */ code,
  /** @type {string} */ vsix,
  /** @type {string} */ folder,
) {
  const user = join(home, 'desktop', 'user');
  mkdirSync(join(user, 'User'), { recursive: true });
  writeFileSync(join(user, 'User', 'settings.json'), JSON.stringify(settings, null, 2));
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const profile = [
    '--user-data-dir',
    user,
    '--extensions-dir',
    join(home, 'desktop', 'extensions'),
    ...asRoot,
  ];
  await run(code, [...profile, '--install-extension', vsix, '--force']);
  console.log(`\nLockstep is open in VS Code, on ${folder}.`);
  console.log(`Open ${firstFile} and press F5. This command ends when you close that window.`);
  await run(code, [...profile, '--new-window', '--wait', folder, '--goto', join(folder, firstFile)]);
}

const socketFolder = process.env.XDG_RUNTIME_DIR ?? tmpdir();
const editorSockets = () =>
  readdirSync(socketFolder).filter((name) => /^vscode-(ipc|git)-.+\.sock$/.test(name));

/** Removes the sockets that the editor left since `before` and that nobody answers on any more. */
async function removeSockets(/** @type {string[]} */ before) {
  for (const name of editorSockets().filter((each) => !before.includes(each))) {
    const path = join(socketFolder, name);
    const dead = await new Promise((resolve) => {
      const socket = connect(path, () => resolve(false)).on('error', () => resolve(true));
      socket.on('connect', () => socket.destroy());
    });
    if (dead) rmSync(path, { force: true });
  }
}

/** Opens an address in the user's browser where there is a screen; silent where there is none. */
function openInBrowser(/** @type {string} */ address) {
  const screen = process.platform === 'darwin' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const opener = screen ? findProgram(process.platform === 'darwin' ? 'open' : 'xdg-open') : undefined;
  if (opener)
    spawn(opener, [address], { stdio: 'ignore', detached: true })
      .on('error', () => {})
      .unref();
}

async function openServer(
  /** @type {string} */ vsix,
  /** @type {string} */ folder,
  /** @type {number} */ port,
) {
  const socketsBefore = editorSockets();
  const server = await startEditorServer({ home: join(home, 'editor'), port, settings, extensions: [vsix] });
  const file = `vscode-remote://127.0.0.1:${port}${join(folder, firstFile)}`;
  const address = server.addressOf({ folder, payload: JSON.stringify([['openFile', file]]) });
  console.log(`\nLockstep is ready. Open this address in a browser on this machine:\n\n  ${address}\n`);
  console.log(`It shows ${folder}. Press F5 in ${firstFile}: a cluster of 4 nodes runs it.`);
  console.log('The address holds a secret: whoever has it can run programs as you. Ctrl+C ends the editor.');
  openInBrowser(address);
  // Ctrl+C reaches us twice: from the terminal, and from npm.
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
  });
  await Promise.race([interrupted, server.ended]);
  console.log('\nEnding the editor …');
  await server.stop();
  await removeSockets(socketsBefore);
}

await main(async () => {
  const { browser, port } = readArguments();
  await ensureDependencies();
  await ensureBuilt();
  const { ensurePackage } = await import('./package.mjs');
  const vsix = await ensurePackage();
  const folder = makeSamplesWorkspace(join(home, 'samples'));
  const code = browser ? undefined : findProgram('code');
  if (code) return openDesktop(code, vsix, folder);
  await ensureEditor();
  return openServer(vsix, folder, port ?? (await freePort()));
});
