// One suite of tests: what it needs, its files, and what became of each.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundleTest, hostTests } from './bundleTests.mjs';
import { runBundles } from './runBundles.mjs';
import { SetupError, ensureBuilt, root } from './setup.mjs';
import { ensureBrowser, ensureSystem, isSystemNeed } from './systemPackages.mjs';
import { suites } from './testSuites.mjs';

/**
 * @typedef {import('./countingReporter.mjs').Counts} Counts
 * @typedef {import('./turns.mjs').Turn} Turn
 */

function testFiles(/** @type {string} */ folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(`${folder}/${entry.name}`);
    return /\.test\.tsx?$/.test(entry.name) ? [`${folder}/${entry.name}`] : [];
  });
}

let prepared = Promise.resolve();

/** Sets up what a suite needs, unless it stands; one need after the other, also of suites that run side by side. */
function prepare(/** @type {string} */ need) {
  const preparing = prepared.then(() => prepareNow(need));
  prepared = preparing.catch(() => undefined);
  return preparing;
}

async function prepareNow(/** @type {string} */ need) {
  if (need === 'dist') await ensureBuilt();
  if (need === 'browser') process.env.LOCKSTEP_BROWSER = await ensureBrowser();
  else if (isSystemNeed(need)) await ensureSystem(need);
  if (need === 'package') {
    const { ensurePackage } = await import('./package.mjs');
    process.env.LOCKSTEP_PACKAGE = await ensurePackage();
  }
  if (need === 'editor') {
    const { ensureEditor } = await import('./editor.mjs');
    await ensureEditor();
    const problem = await bundleTest(hostTests);
    if (problem) throw new SetupError(`${hostTests} does not bundle:\n${problem}`);
  }
}

const failedOnce = (/** @type {string} */ failure) => ({
  passed: 0,
  failed: 1,
  skipped: 0,
  failures: [failure],
});

/**
 * Runs the files of a suite whose path contains `substring`, or all: the counts of each file. A suite that cannot be set
 * up is a failed test, with a sentence.
 *
 * @param {string} name
 * @param {string | undefined} substring
 * @param {Turn} turn
 * @returns {Promise<Map<string, Counts>>}
 */
export async function runSuite(name, substring, turn) {
  try {
    for (const need of suites[name].needs) await prepare(need);
    if (name === 'checks') return await countChecks(substring, turn);
    const files = suites[name].folders
      .flatMap(testFiles)
      .filter((file) => !substring || file.includes(substring))
      .sort();
    if (files.length === 0 && !substring) throw new SetupError(`The suite "${name}" has no test file.`);
    if (files.length === 0) return new Map();
    turn.write(`\n== ${name}: ${files.length} test file${files.length === 1 ? '' : 's'}\n`);
    return await runFiles(name, files, turn);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    turn.write(`${error.message}\n`);
    return new Map([[name, failedOnce(error.message)]]);
  }
}

/**
 * Bundles test files and runs them; one that does not bundle is a failed test.
 *
 * @param {string} name
 * @param {string[]} files
 * @param {Turn} turn
 */
async function runFiles(name, files, turn) {
  const problems = await Promise.all(files.map(bundleTest));
  const bundled = files.filter((_, index) => problems[index] === undefined);
  const counts = bundled.length > 0 ? await runBundles(name, bundled, turn) : new Map();
  for (const [index, file] of files.entries()) {
    if (problems[index] === undefined) continue;
    turn.write(`${file} does not bundle:\n${problems[index]}\n`);
    counts.set(file, failedOnce(file));
  }
  return counts;
}

/** The checks, counted as tests. @param {string | undefined} wanted @param {Turn} turn */
async function countChecks(wanted, turn) {
  const { runChecks } = await import('./checks.mjs');
  turn.write('\n== checks\n');
  const { passed, failed } = await runChecks(wanted, turn.write);
  const counts = { passed: passed.length, failed: failed.length, skipped: 0, failures: failed };
  return new Map([['checks', counts]]);
}

/**
 * Runs the files of a suite with a failure once more, by themselves. A test that passes then is flaky: it counts as
 * passed, and is named in the report, so that somebody mends it. Answers the flaky ones; `counts` has the second ones.
 *
 * @param {string} name
 * @param {Map<string, Counts>} counts
 * @param {Turn} turn
 * @returns {Promise<string[]>}
 */
export async function runFailedAgain(name, counts, turn) {
  const failing = [...counts].filter(([file, { failed }]) => failed > 0 && existsSync(join(root, file)));
  if (failing.length === 0) return [];
  turn.write(`\n== ${name}: ${failing.length} of ${counts.size} once more, after a failure\n`);
  const again = await runFiles(
    name,
    failing.map(([file]) => file),
    turn,
  );
  for (const [file, second] of again) counts.set(file, second);
  return failing.flatMap(([file, { failures }]) =>
    failures.filter((failure) => !again.get(file)?.failures.includes(failure)),
  );
}
