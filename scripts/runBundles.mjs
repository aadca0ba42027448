// Runs bundled test files under `node --test`, and counts what passed, file by file.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runInTurn } from './beside.mjs';
import { bundlePath } from './bundleTests.mjs';
import { root } from './setup.mjs';
import { suites } from './testSuites.mjs';

/** @typedef {import('./countingReporter.mjs').Counts} Counts */

/**
 * Runs the bundled test files of a suite: the counts of each. The runner names a test by the file that calls `test`,
 * which may be a helper of many test files; were it told of source maps, it would not know them apart. So only what is
 * thrown is mapped.
 *
 * @param {string} name
 * @param {string[]} testFiles
 * @param {import('./turns.mjs').Turn} turn
 * @returns {Promise<Map<string, Counts>>}
 */
export async function runBundles(name, testFiles, turn) {
  const { concurrency, timeoutMs } = suites[name];
  const countsFile = join(root, 'out', 'tests', `${name}-${process.pid}.json`);
  const args = [
    '--import=data:text/javascript,process.setSourceMapsEnabled(true)',
    '--test',
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${timeoutMs}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=./scripts/countingReporter.mjs',
    `--test-reporter-destination=${countsFile}`,
    ...testFiles.map(bundlePath),
  ];
  const end = await runInTurn(args, turn, { ...process.env, LOCKSTEP_ROOT: root });
  const text = existsSync(countsFile) ? readFileSync(countsFile, 'utf8') : '';
  rmSync(countsFile, { force: true });
  /** @type {Map<string, Counts>} */
  const counts = new Map();
  for (const [path, each] of Object.entries(text ? JSON.parse(text) : {})) {
    const file = testFiles.find((known) => path === join(root, bundlePath(known)));
    counts.set(file ?? path, each);
  }
  if (end !== 0 && [...counts.values()].every(({ failed }) => failed === 0)) {
    counts.set('the runner', { passed: 0, failed: 1, skipped: 0, failures: [`the runner: ${end}`] });
  }
  return counts;
}
