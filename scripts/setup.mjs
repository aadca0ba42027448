// What has to stand before anything runs: dependencies, bundles, a browser. Plain Node.js, nothing imported.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository; tests, which are bundled elsewhere, are told. */
export const root = process.env.LOCKSTEP_ROOT ?? resolve(fileURLToPath(new URL('..', import.meta.url)));

/** A sentence for whoever started the script; it ends with exit code 1 and without a stack. */
export class SetupError extends Error {}

/** Runs a program to its end with our output; throws a SetupError when it fails. */
export function run(command, args, options = {}) {
  const windows = process.platform === 'win32';
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: windows, ...options });
  if (result.error) throw new SetupError(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) {
    throw new SetupError(
      `"${[command, ...args].join(' ')}" failed (exit code ${result.status ?? result.signal}).`,
    );
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
export function ensureDependencies(folder = root) {
  if (dependenciesAreInstalled(folder)) return;
  console.log(`Installing the dependencies of ${folder} (npm ci) …`);
  run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
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
export function ensureBuilt() {
  const stamp = join(root, 'dist', '.built');
  const builtMs = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  const inputs = [...bundledFolders, ...bundledFiles].map((name) => join(root, name)).filter(existsSync);
  if (inputs.every((path) => newestChange(path) < builtMs)) return;
  console.log('Building dist/ …');
  run(process.execPath, ['esbuild.mjs']);
}

function onPath(names) {
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

/** Absolute path of the first of these programs on PATH, if any. */
export const findProgram = (...names) => onPath(names);

const browserPlaces = {
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  win32: ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
};

/** Absolute path of a Chromium or Chrome, if there is one; the variable LOCKSTEP_BROWSER names another. */
export function findBrowser() {
  const named = process.env.LOCKSTEP_BROWSER;
  if (named) return named;
  const found = onPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']);
  return found ?? (browserPlaces[process.platform] ?? []).find((path) => existsSync(path));
}

/** Finds a browser, or installs Debian's Chromium where we may; else says what to install. */
export function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  installDebian(['chromium', 'fonts-dejavu-core'], 'Chromium', {
    otherwise: 'install Chromium or Google Chrome',
    note: ' (or set LOCKSTEP_BROWSER to its path)',
  });
  const installed = findBrowser();
  if (!installed) throw new SetupError('apt-get installed chromium, but it is not on PATH.');
  return installed;
}

/** Finds OpenSSH's server and client, or installs Debian's where we may; else says what to install. */
export function ensureSshServer() {
  const isThere = () =>
    existsSync('/usr/sbin/sshd') && ['ssh', 'ssh-keygen', 'ssh-agent'].every((name) => onPath([name]));
  if (isThere()) return;
  installDebian(['openssh-server', 'openssh-client'], 'OpenSSH', {
    otherwise: 'install OpenSSH with its server at /usr/sbin/sshd',
    note: '',
  });
  if (!isThere()) throw new SetupError('apt-get installed openssh-server, but /usr/sbin/sshd is not there.');
}

/** Finds what makes machines on a network of their own (Linux), or installs Debian's where we may. */
export function ensureNetworkTools() {
  const isThere = () => ['ip', 'unshare', 'nsenter'].every((name) => onPath([name]));
  if (isThere()) return;
  installDebian(['iproute2', 'util-linux'], 'ip of iproute2', { otherwise: 'install iproute2', note: '' });
  if (!isThere()) throw new SetupError('apt-get installed iproute2, but ip is not on PATH.');
}

/** Finds Slurm's daemons and commands, or installs Debian's where we may; else says what to install. */
export function ensureSlurm() {
  const folders = ['/usr/sbin', '/usr/local/sbin'];
  const isThere = (name) => onPath([name]) ?? folders.map((at) => join(at, name)).find(existsSync);
  const missing = () =>
    ['slurmctld', 'slurmd', 'munged', 'salloc', 'srun', 'squeue'].filter((name) => !isThere(name));
  if (missing().length === 0) return;
  installDebian(['slurmctld', 'slurmd', 'slurm-client', 'munge'], 'Slurm', {
    otherwise: 'install Slurm (slurmctld, slurmd and its commands) and munge',
    note: '',
  });
  const left = missing();
  if (left.length > 0) throw new SetupError(`apt-get installed Slurm, but without ${left.join(', ')}.`);
}

/** Finds the launchers and libraries of both MPIs, or installs Debian's where we may; else says what to install. */
export function ensureMpi() {
  const missing = () => ['mpiexec.mpich', 'mpiexec.openmpi'].filter((name) => !onPath([name]));
  if (missing().length === 0) return;
  installDebian(['mpich', 'openmpi-bin'], 'MPI', {
    otherwise: 'install MPICH and Open MPI, with their launchers as mpiexec.mpich and mpiexec.openmpi',
    note: '',
  });
  const left = missing();
  if (left.length > 0) throw new SetupError(`apt-get installed MPI, but without ${left.join(', ')}.`);
}

function installDebian(packages, name, { otherwise, note }) {
  const apt = onPath(['apt-get']);
  if (!apt || process.getuid?.() !== 0) {
    const how = apt ? `sudo apt-get install ${packages.join(' ')}` : otherwise;
    throw new SetupError(`No ${name} was found. Please run: ${how}${note}.`);
  }
  console.log(`Installing ${name} (apt-get) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run(apt, ['update', '-qq'], { env });
  run(apt, ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
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
