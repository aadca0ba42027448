// Runs bundled test files under `node --test`, and counts what passed. What failed is run once more, by itself: a test
// that passes then is flaky. It counts as passed, and is named in the report, so that somebody mends it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePath } from './bundleTests.mjs';
import { root } from './setup.mjs';
import { suites } from './testSuites.mjs';

/**
 * @typedef {import('./countingReporter.mjs').Counts} Counts
 * @typedef {Counts & { flaky: string[] }} SuiteCounts
 */

/** Runs the bundled test files of a suite; those with a failure once more where `again` is set. */
export async function runBundles(name, testFiles, again) {
  const counts = await runOnce(name, testFiles);
  /** @type {string[]} */
  const flaky = [];
  const failing = testFiles.filter((file) => (counts.get(file)?.failed ?? 0) > 0);
  if (again && failing.length > 0) {
    console.log(`\n== ${name}: ${failing.length} of ${testFiles.length} once more, after a failure`);
    for (const [file, second] of await runOnce(name, failing)) {
      const before = counts.get(file)?.failures ?? [];
      flaky.push(...before.filter((failure) => !second.failures.includes(failure)));
      counts.set(file, second);
    }
  }
  return { ...sumOf([...counts.values()]), flaky };
}

/**
 * One run: the counts of each test file. The runner names a test by the file that calls `test`, which may be a helper of
 * many test files; were it told of source maps, it would not know them apart. So only what is thrown is mapped.
 *
 * @returns {Promise<Map<string, Counts>>}
 */
async function runOnce(name, testFiles) {
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
  const env = { ...process.env, LOCKSTEP_ROOT: root };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = (signal) => child.kill(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const exit = await new Promise((done) => child.on('exit', (code, signal) => done(code ?? signal)));
  process.off('SIGINT', stop).off('SIGTERM', stop);
  const text = existsSync(countsFile) ? readFileSync(countsFile, 'utf8') : '';
  rmSync(countsFile, { force: true });
  /** @type {Map<string, Counts>} */
  const counts = new Map();
  for (const [path, each] of Object.entries(text ? JSON.parse(text) : {})) {
    const file = testFiles.find((known) => path === join(root, bundlePath(known)));
    counts.set(file ?? path, each);
  }
  if (exit !== 0 && sumOf([...counts.values()]).failed === 0) {
    counts.set('the runner', { passed: 0, failed: 1, skipped: 0, failures: [`the runner: ${exit}`] });
  }
  return counts;
}

function sumOf(/** @type {Counts[]} */ all) {
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    skipped: all.reduce((sum, { skipped }) => sum + skipped, 0),
    failures: all.flatMap(({ failures }) => failures),
  };
}
