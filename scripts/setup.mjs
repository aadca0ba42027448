// What has to stand before anything runs: dependencies and bundles. Plain Node.js, nothing imported.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository; tests, which are bundled elsewhere, are told. */
export const root = process.env.LOCKSTEP_ROOT ?? resolve(fileURLToPath(new URL('..', import.meta.url)));

/** A sentence for whoever started the script; it ends with exit code 1 and without a stack. */
export class SetupError extends Error {}

/** Runs a program to its end with our output; throws a SetupError when it fails. */
export async function run(command, args, options = {}) {
  const windows = process.platform === 'win32';
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: windows, ...options });
  const [code, signal] = await once(child, 'exit').catch((error) => {
    throw new SetupError(`${command} could not be started: ${error.message}`);
  });
  if (code !== 0) {
    throw new SetupError(`"${[command, ...args].join(' ')}" failed (exit code ${code ?? signal}).`);
  }
}

/** True when each package of `folder`'s lock file is installed there in the locked version. */
export function dependenciesAreInstalled(folder) {
  const installedFile = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version,
  );
}

/** Installs the locked dependencies of `folder` unless they are there. */
export async function ensureDependencies(folder = root) {
  if (dependenciesAreInstalled(folder)) return;
  console.log(`Installing the dependencies of ${folder} (npm ci) …`);
  await run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder });
}

const bundledFolders = ['runtime', 'debug-adapter', 'extension', 'webviews', 'samples', 'benchmarks'];
const bundledFiles = ['esbuild.mjs', 'scripts/samples.mjs', 'scripts/types.mjs', 'package-lock.json'];

/** Time of the newest change in a file or folder, tests left out. */
export function newestChange(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : stat.mtimeMs;
  // A folder's own time would change with what a program writes into it.
  const names = readdirSync(path).filter((name) => !name.startsWith('.') && name !== 'node_modules');
  return Math.max(0, ...names.map((name) => newestChange(join(path, name))));
}

/** Builds dist/ unless it is newer than everything that goes in. */
export async function ensureBuilt() {
  const stamp = join(root, 'dist', '.built');
  const builtMs = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  const inputs = [...bundledFolders, ...bundledFiles].map((name) => join(root, name)).filter(existsSync);
  if (inputs.every((path) => newestChange(path) < builtMs)) return;
  console.log('Building dist/ …');
  await run(process.execPath, ['esbuild.mjs']);
}

/** Absolute path of the first of these programs on PATH, if any. */
export function findProgram(...names) {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of (process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':')) {
    for (const name of names) {
      for (const extension of extensions) {
        const path = join(folder, name + extension);
        if (folder && existsSync(path)) return path;
      }
    }
  }
  return undefined;
}

/** Runs a script's main function; a SetupError becomes a sentence on stderr and exit code 1. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
