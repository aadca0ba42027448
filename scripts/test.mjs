// Runs tests: node scripts/test.mjs [checks|unit|cluster|security|remote|slurm|mpi|dap|views|samples|editor|all] [path substring]
// Sets up what is missing first. With `all`, the files of a failed test are run once more (see runBundles.mjs). The last
// line is `N passed, N failed`; the exit code is 1 if any failed.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  SetupError,
  ensureBrowser,
  ensureBuilt,
  ensureDependencies,
  ensureMpi,
  ensureNetworkTools,
  ensureSlurm,
  ensureSshServer,
  main,
  root,
} from './setup.mjs';
import { suites } from './testSuites.mjs';
import { runBundles } from './runBundles.mjs';
import { bundleTest, hostTests } from './bundleTests.mjs';

function testFiles(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(`${folder}/${entry.name}`);
    return /\.test\.tsx?$/.test(entry.name) ? [`${folder}/${entry.name}`] : [];
  });
}

async function prepare(need, prepared) {
  if (prepared.has(need)) return;
  prepared.add(need);
  if (need === 'dist') ensureBuilt();
  if (need === 'sshd') ensureSshServer();
  if (need === 'slurm') ensureSlurm();
  if (need === 'mpi') ensureMpi();
  if (need === 'network') ensureNetworkTools();
  if (need === 'browser') process.env.LOCKSTEP_BROWSER = ensureBrowser();
  if (need === 'package') {
    const { ensurePackage } = await import('./package.mjs');
    process.env.LOCKSTEP_PACKAGE = await ensurePackage();
  }
  if (need === 'editor') {
    const { ensureEditor } = await import('./editor.mjs');
    ensureEditor();
    const problem = await bundleTest(hostTests);
    if (problem) throw new SetupError(`${hostTests} does not bundle:\n${problem}`);
  }
}

async function runSuite(name, substring, again) {
  if (name === 'checks') return countChecks(substring);
  const files = suites[name].folders
    .flatMap(testFiles)
    .filter((file) => !substring || file.includes(substring))
    .sort();
  if (files.length === 0) {
    if (substring) return undefined;
    throw new SetupError(`The suite "${name}" has no test file.`);
  }
  console.log(`\n== ${name}: ${files.length} test file${files.length === 1 ? '' : 's'}`);
  const problems = await Promise.all(files.map(bundleTest));
  const bundled = files.filter((_, index) => problems[index] === undefined);
  const counts =
    bundled.length > 0
      ? await runBundles(name, bundled, again)
      : { passed: 0, failed: 0, skipped: 0, failures: [], flaky: [] };
  for (const [index, problem] of problems.entries()) {
    if (problem === undefined) continue;
    console.error(`${files[index]} does not bundle:\n${problem}`);
    counts.failed += 1;
    counts.failures.push(files[index]);
  }
  return counts;
}

/** The checks, counted as tests. */
async function countChecks(/** @type {string | undefined} */ wanted) {
  const { runChecks } = await import('./checks.mjs');
  console.log('\n== checks');
  const { passed, failed } = runChecks(wanted);
  return { passed: passed.length, failed: failed.length, skipped: 0, failures: failed, flaky: [] };
}

/** A suite that cannot be set up is a failed test, with a sentence; the others go on. */
async function attempt(body) {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    return { passed: 0, failed: 1, skipped: 0, failures: [error.message], flaky: [] };
  }
}

async function runSuites(names, substring, again) {
  const prepared = new Set();
  const rows = [];
  for (const name of names) {
    const startedMs = Date.now();
    const counts = await attempt(async () => {
      for (const need of suites[name].needs) await prepare(need, prepared);
      return runSuite(name, substring, again);
    });
    if (counts) rows.push({ name, ...counts, seconds: (Date.now() - startedMs) / 1000 });
  }
  return rows;
}

function report(rows) {
  console.log('');
  for (const row of rows) {
    console.log(
      `${row.name.padEnd(8)} ${String(row.passed).padStart(5)} passed ${String(row.failed).padStart(4)} failed ` +
        `${row.seconds.toFixed(1).padStart(7)} s`,
    );
    for (const failure of row.failures) console.log(`         failed: ${failure}`);
    for (const flaky of row.flaky)
      console.log(`         flaky: ${flaky} (failed, and passed when run once more)`);
    if (row.skipped > 0) console.log(`         skipped: ${row.skipped} (a skipped test counts as failed)`);
  }
  const passed = rows.reduce((sum, row) => sum + row.passed, 0);
  const failed = rows.reduce((sum, row) => sum + row.failed + row.skipped, 0);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

await main(async () => {
  const [suite = 'all', substring] = process.argv.slice(2);
  const names = suite === 'all' ? Object.keys(suites) : [suite];
  if (!names.every((name) => name in suites)) {
    throw new SetupError(
      `There is no suite "${suite}". Suites: ${[...Object.keys(suites), 'all'].join(', ')}.`,
    );
  }
  ensureDependencies();
  mkdirSync(join(root, 'out', 'tests'), { recursive: true });
  report(await runSuites(names, substring, suite === 'all'));
});
