// npm run test:desktop: the tests of the extension host in desktop VS Code, through @vscode/test-electron.
// Takes the VS Code that VSCODE_PATH names, or the one that `code` on PATH belongs to; downloads none.
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SetupError, ensureBuilt, ensureDependencies, findProgram, main, root } from './setup.mjs';
import { bundlePath, bundleTest, hostTests } from './bundleTests.mjs';

/** Where the editor's own program lies, seen from its command `code`. */
const besideCommand = ['../code', '../Electron', '../../../MacOS/Electron', '../Code.exe'];

function findDesktop() {
  const named = process.env.VSCODE_PATH;
  if (named) {
    if (!existsSync(named)) throw new SetupError(`VSCODE_PATH names ${named}, which is not there.`);
    return named;
  }
  const command = findProgram('code');
  const folder = command && dirname(realpathSync(command));
  const found = folder && besideCommand.map((path) => join(folder, path)).find((path) => existsSync(path));
  if (found) return found;
  throw new SetupError(
    'There is no desktop VS Code here. Install it with its command "code" on PATH, or set VSCODE_PATH to its program. ' +
      'The same tests run without it: node scripts/test.mjs editor inHost.',
  );
}

function copySample(/** @type {string} */ home) {
  const folder = join(home, '02-flights');
  cpSync(join(root, 'dist', 'samples', '02-flights'), folder, { recursive: true });
  cpSync(join(root, 'dist', 'types-package'), join(folder, 'node_modules', 'lockstep'), { recursive: true });
  return folder;
}

await main(async () => {
  await ensureDependencies();
  const vscodeExecutablePath = findDesktop();
  await ensureBuilt();
  const problem = await bundleTest(hostTests);
  if (problem) throw new SetupError(`${hostTests} does not bundle:\n${problem}`);
  const { runTests } = await import('@vscode/test-electron');
  const home = mkdtempSync(join(tmpdir(), 'desktop-'));
  const results = join(home, 'results.json');
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath: join(root, bundlePath(hostTests)),
      extensionTestsEnv: { LOCKSTEP_HOST_RESULTS: results },
      launchArgs: [
        copySample(home),
        ...['--user-data-dir', join(home, 'user'), '--extensions-dir', join(home, 'extensions')],
        ...['--disable-workspace-trust', '--disable-updates', '--skip-welcome', ...asRoot],
      ],
    }).catch(() => {});
    const rows = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : [];
    for (const { name, ms, error } of rows) {
      console.log(`${error ? '✖' : '✔'} ${name} (${ms} ms)${error ? `\n${error}` : ''}`);
    }
    const failed = rows.filter((/** @type {{ error?: string }} */ { error }) => error).length;
    console.log(`${rows.length - failed} passed, ${failed} failed`);
    if (failed > 0 || rows.length === 0) process.exitCode = 1;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
