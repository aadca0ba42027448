// Checks that package-lock.json names every optional package of every platform; `--fix` adds what is missing.
// npm leaves out of the lock file what a registry does not offer at that moment, and `npm ci` then refuses the file.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, main, root } from './setup.mjs';

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'arm64',
  'arm',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'x64',
  'wasm32',
];

/** What a platform's package is for, read from its name, as in `binding-linux-x64-gnu`. @param {string} name */
function platformOf(name) {
  const parts = name.split(/[-/]/);
  return {
    cpu: processors.filter((processor) => parts.includes(processor)),
    os: systems.filter((system) => parts.includes(system)),
  };
}

/** The optional packages that some package asks for and that the lock file lacks. */
function missingFrom(/** @type {Record<string, any>} */ packages) {
  /** @type {Map<string, { version: string, dev?: boolean }>} */
  const missing = new Map();
  for (const { optionalDependencies, dev } of Object.values(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      const path = `node_modules/${name}`;
      const isThere = Object.keys(packages).some((key) => key === path || key.endsWith(`/${path}`));
      if (!isThere) missing.set(path, { version, ...(dev && { dev }) });
    }
  }
  return missing;
}

await main(() => {
  for (const file of ['package-lock.json', 'scripts/editor/package-lock.json']) {
    const path = join(root, file);
    const lock = JSON.parse(readFileSync(path, 'utf8'));
    const missing = missingFrom(lock.packages);
    if (missing.size === 0) continue;
    if (!process.argv.includes('--fix')) {
      const names = [...missing.keys()].join('\n  ');
      throw new SetupError(
        `${file} lacks these packages (node scripts/checkLock.mjs --fix adds them):\n  ${names}`,
      );
    }
    for (const [key, { version, ...rest }] of missing) {
      lock.packages[key] = { version, ...rest, ...platformOf(key), optional: true };
    }
    const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
    lock.packages = Object.fromEntries(sorted);
    writeFileSync(path, JSON.stringify(lock, null, 2) + '\n');
  }
});
