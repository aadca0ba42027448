// What tests and the editor need of the system, and the packages of Debian that bring it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, findProgram, run } from './setup.mjs';

const browserPlaces = {
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  win32: ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
};

/** Absolute path of a Chromium or Chrome, if there is one; the variable LOCKSTEP_BROWSER names another. */
export function findBrowser() {
  const named = process.env.LOCKSTEP_BROWSER;
  if (named) return named;
  const found = findProgram(
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'chrome',
  );
  return found ?? (browserPlaces[process.platform] ?? []).find((path) => existsSync(path));
}

const absent = (/** @type {string[]} */ programs) => programs.filter((program) => !findProgram(program));

/** Daemons are often not on PATH. */
const absentDaemons = (/** @type {string[]} */ programs) =>
  absent(programs).filter(
    (program) => !['/usr/sbin', '/usr/local/sbin'].some((folder) => existsSync(join(folder, program))),
  );

/**
 * Each need: what it is called, what of it is absent, the packages that bring it, and what to do where there are none.
 * @typedef {{ name: string, absent(): string[], packages: string[], otherwise: string, note?: string }} Need
 */

/** @type {Record<'browser' | 'compiler' | 'mpi' | 'network' | 'slurm' | 'sshd', Need>} */
const needs = {
  browser: {
    name: 'Chromium',
    absent: () => (findBrowser() ? [] : ['chromium']),
    packages: ['chromium', 'fonts-dejavu-core'],
    otherwise: 'install Chromium or Google Chrome',
    note: ' (or set LOCKSTEP_BROWSER to its path)',
  },
  compiler: {
    name: 'compiler for the editor’s native parts',
    absent: () => absent(['python3', 'make', 'g++']),
    packages: ['python3', 'make', 'g++'],
    otherwise: 'install python3, make and g++',
  },
  mpi: {
    name: 'MPI',
    absent: () => absent(['mpiexec.mpich', 'mpiexec.openmpi']),
    packages: ['mpich', 'openmpi-bin'],
    otherwise: 'install MPICH and Open MPI, with their launchers as mpiexec.mpich and mpiexec.openmpi',
  },
  network: {
    name: 'ip of iproute2',
    absent: () => absent(['ip', 'unshare', 'nsenter']),
    packages: ['iproute2', 'util-linux'],
    otherwise: 'install iproute2',
  },
  slurm: {
    name: 'Slurm',
    absent: () => absentDaemons(['slurmctld', 'slurmd', 'munged', 'salloc', 'srun', 'squeue']),
    packages: ['slurmctld', 'slurmd', 'slurm-client', 'munge'],
    otherwise: 'install Slurm (slurmctld, slurmd and its commands) and munge',
  },
  sshd: {
    name: 'OpenSSH',
    absent: () => [
      ...(existsSync('/usr/sbin/sshd') ? [] : ['sshd']),
      ...absent(['ssh', 'ssh-keygen', 'ssh-agent']),
    ],
    packages: ['openssh-server', 'openssh-client'],
    otherwise: 'install OpenSSH with its server at /usr/sbin/sshd',
  },
};

/** The names of what can be asked for. @typedef {keyof typeof needs} SystemNeed */

/** True where a word is the name of such a need. @returns {name is SystemNeed} */
export const isSystemNeed = (/** @type {string} */ name) => name in needs;

/**
 * Finds all of these, or installs what is absent in one call of apt-get where we may; else says what to install.
 * @param {SystemNeed[]} names
 */
export async function ensureSystem(...names) {
  const wanted = names.map((name) => needs[name]).filter((need) => need.absent().length > 0);
  if (wanted.length === 0) return;
  const apt = findProgram('apt-get');
  if (!apt || process.getuid?.() !== 0) {
    const sentences = wanted.map(({ name, packages, otherwise, note = '' }) => {
      const how = apt ? `sudo apt-get install ${packages.join(' ')}` : otherwise;
      return `No ${name} was found. Please run: ${how}${note}.`;
    });
    throw new SetupError(sentences.join('\n'));
  }
  console.log(`Installing ${wanted.map(({ name }) => name).join(', ')} (apt-get) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run(apt, ['update', '-qq'], { env });
  const packages = wanted.flatMap((need) => need.packages);
  await run(apt, ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
  for (const { name, absent: left } of wanted) {
    const still = left();
    if (still.length > 0)
      throw new SetupError(`apt-get installed ${name}, but ${still.join(', ')} is not there.`);
  }
}

/** Finds a browser, or installs Debian's Chromium where we may; answers its path. */
export async function ensureBrowser() {
  await ensureSystem('browser');
  return /** @type {string} */ (findBrowser());
}
