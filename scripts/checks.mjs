// The checks beside the tests: format, lint, types, imports, dead code, the lock file, the bundles.
import { join } from 'node:path';
import { runBeside, runInTurn } from './beside.mjs';
import { root } from './setup.mjs';
import { Turns } from './turns.mjs';

const rooms = ['protocol', 'runtime', 'adapter', 'extension', 'webviews', 'samples', 'test', 'scripts'];
const walled = ['runtime', 'debug-adapter', 'extension', 'webviews', 'samples', 'benchmarks', 'test'];
const bin = (path) => join(root, 'node_modules', path);

/** Each check: its name and the script with its arguments, run with Node.js; the longest first. @type {[string, string, ...string[]][]} */
const checks = [
  ['lint', bin('eslint/bin/eslint.js'), '--max-warnings=0', '.'],
  ['format', bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
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

/** At a time: each keeps one processor busy. */
const checksAtATime = 2;

/**
 * Runs each check whose name is or begins with `wanted`, or all; answers the names that passed and failed.
 *
 * @param {string} [wanted]
 * @param {import('./turns.mjs').Turn['write']} [show]
 */
export async function runChecks(wanted = '', show = (text) => process.stdout.write(text)) {
  const turns = new Turns(show);
  const chosen = checks.filter(([name]) => !wanted || name === wanted || name.startsWith(`${wanted}:`));
  const tasks = chosen.map(([name, script, ...args]) => ({
    load: 1,
    run: async () => {
      const turn = turns.begin();
      const startedMs = Date.now();
      const end = await runInTurn([script, ...args], turn);
      const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
      const killed = typeof end === 'string' ? `, ended by ${end}` : '';
      turn.write(`${end === 0 ? '✔' : '✖'} ${name} (${seconds} s${killed})\n`);
      turn.end();
      return { name, hasPassed: end === 0 };
    },
  }));
  const ended = await runBeside(tasks, checksAtATime);
  const named = (/** @type {boolean} */ passed) =>
    ended.filter(({ hasPassed }) => hasPassed === passed).map(({ name }) => name);
  return { passed: named(true), failed: named(false) };
}

/** The names of all checks. */
export const checkNames = checks.map(([name]) => name);
