// A real VS Code from npm (code-server), for `npm start` and the editor's tests. It lies in .cache/editor, apart
// from the project's own dependencies, with the Node.js 24 that it needs.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError, root, run } from './setup.mjs';
import { ensureSystem } from './systemPackages.mjs';

const folder = join(root, '.cache', 'editor');
const sources = join(root, 'scripts', 'editor');
const stamp = join(folder, '.installed');
const server = join(folder, 'node_modules', 'code-server');
const workbench = join(server, 'lib', 'vscode');

/** Native parts of the workbench that it cannot do without; the others are for proxies and other platforms. */
const nativeParts = [
  '@vscode/spdlog',
  '@vscode/native-watchdog',
  '@vscode/fs-copyfile',
  '@vscode/deviceid',
  'node-pty',
];

/** Where things are: Node.js 24, the program `code-server`, and the editor's server without it. */
export const editor = {
  node: join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node'),
  codeServer: join(server, 'out', 'node', 'entry.js'),
  serverMain: join(workbench, 'out', 'server-main.js'),
};

function fingerprint() {
  const lock = readFileSync(join(sources, 'package-lock.json'));
  return createHash('sha256').update(lock).update(nativeParts.join()).digest('hex');
}

/** Installs the editor unless it is there; takes about a minute the first time. */
export async function ensureEditor() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()) return editor;
  if (process.platform !== 'linux') {
    throw new SetupError(
      'Here Lockstep opens in desktop VS Code. Please install it and its "code" command on PATH.',
    );
  }
  console.log('Installing the editor into .cache/editor (once, about a minute) …');
  await ensureSystem('compiler');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(sources, name), join(folder, name));
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['ci', '--ignore-scripts', ...quiet], { cwd: folder });
  if (!existsSync(editor.node)) {
    throw new SetupError(
      `There is no Node.js 24 for ${process.platform}-${process.arch} on npm; the editor needs it.`,
    );
  }
  // The headers beside that Node.js are used for what is compiled, so nothing else is fetched.
  const home = join(editor.node, '..', '..');
  const env = {
    ...process.env,
    PATH: join(home, 'bin') + delimiter + process.env.PATH,
    npm_config_nodedir: home,
  };
  const parts = [workbench, join(workbench, 'extensions')];
  await Promise.all(
    parts.map((cwd) => run('npm', ['install', '--omit=dev', '--ignore-scripts', ...quiet], { cwd, env })),
  );
  await run('npm', ['rebuild', ...nativeParts, '--loglevel=error'], { cwd: workbench, env });
  writeFileSync(stamp, fingerprint());
  return editor;
}
