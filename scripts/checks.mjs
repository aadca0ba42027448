// The checks beside the tests: format, lint, types, imports, dead code, the lock file, the bundles.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup.mjs';

const rooms = ['protocol', 'runtime', 'adapter', 'extension', 'webviews', 'samples', 'test', 'scripts'];
const walled = ['runtime', 'debug-adapter', 'extension', 'webviews', 'samples', 'benchmarks', 'test'];
const bin = (path) => join(root, 'node_modules', path);

/** Each check: its name and the script with its arguments, run with Node.js. @type {[string, string, ...string[]][]} */
const checks = [
  ['format', bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
  ['lint', bin('eslint/bin/eslint.js'), '--max-warnings=0', '.'],
  ...rooms.map(
    (room) =>
      /** @type {[string, string, ...string[]]} */ ([
        `types:${room}`,
        bin('typescript/bin/tsc'),
        '-p',
        `tsconfig.${room}.json`,
      ]),
  ),
  [
    'imports',
    bin('dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    ...walled,
  ],
  ['dead-code', bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints'],
  ['lock-file', join(root, 'scripts', 'checkLock.mjs')],
  ['bundles', join(root, 'scripts', 'checkBundles.mjs')],
];

/** Runs each check whose name is or begins with `wanted`, or all; answers the names that passed and failed. */
export function runChecks(wanted = '') {
  /** @type {{ passed: string[], failed: string[] }} */
  const outcome = { passed: [], failed: [] };
  for (const [name, script, ...args] of checks) {
    if (wanted && name !== wanted && !name.startsWith(`${wanted}:`)) continue;
    const startedMs = Date.now();
    const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    console.log(`${status === 0 ? '✔' : '✖'} ${name} (${seconds} s)`);
    outcome[status === 0 ? 'passed' : 'failed'].push(name);
  }
  return outcome;
}

/** The names of all checks. */
export const checkNames = checks.map(([name]) => name);
