// Runs tests: node scripts/test.mjs [checks|unit|cluster|security|remote|slurm|mpi|dap|views|samples|editor|all] [path substring]
// Sets up what is missing first. With `all`, suites that leave a processor idle run beside others, and the files of a
// failed test are run once more, when nothing else runs. The last line is `N passed, N failed`; the exit code is 1 if any
// failed.
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runBeside, runInTurn } from './beside.mjs';
import { runFailedAgain, runSuite } from './runSuite.mjs';
import { SetupError, ensureBuilt, ensureDependencies, main, root } from './setup.mjs';
import { suites } from './testSuites.mjs';
import { Turns } from './turns.mjs';

/** @typedef {import('./countingReporter.mjs').Counts} Counts */
/** @typedef {{ name: string, counts: Map<string, Counts>, seconds: number, flaky: string[] }} Row */

const turns = new Turns((text) => process.stdout.write(text));

/** Runs a suite, and says how it went. @returns {Promise<Row>} */
async function timed(/** @type {string} */ name, /** @type {string | undefined} */ substring) {
  const turn = turns.begin();
  const startedMs = Date.now();
  const counts = await runSuite(name, substring, turn);
  turn.end();
  return { name, counts, seconds: (Date.now() - startedMs) / 1000, flaky: [] };
}

/** Sets up what suites need beyond what is built; what is missing still afterwards, its suite sets up. */
async function setUp() {
  const turn = turns.begin();
  const end = await runInTurn([join(root, 'scripts', 'setUpTests.mjs')], turn);
  if (end !== 0) turn.write('Not all that the tests need could be set up; each suite tries again.\n');
  turn.end();
}

/** All suites: those that need nothing but what is built run beside the setting up. @returns {Promise<Row[]>} */
async function runAll(/** @type {string | undefined} */ substring) {
  const building = turns.begin();
  const settingUp = setUp();
  await ensureDependencies();
  await ensureBuilt();
  building.end();
  const tasks = Object.entries(suites).map(([name, { needs, load }]) => ({
    load,
    run: async () => {
      if (needs.some((need) => need !== 'dist')) await settingUp;
      return timed(name, substring);
    },
  }));
  const rows = await runBeside(tasks, Math.max(2, availableParallelism()));
  for (const row of rows) {
    const startedMs = Date.now();
    const turn = turns.begin();
    row.flaky = await runFailedAgain(row.name, row.counts, turn);
    turn.end();
    row.seconds += (Date.now() - startedMs) / 1000;
  }
  return rows;
}

async function runOne(/** @type {string} */ name, /** @type {string | undefined} */ substring) {
  if (!(name in suites)) {
    throw new SetupError(
      `There is no suite "${name}". Suites: ${[...Object.keys(suites), 'all'].join(', ')}.`,
    );
  }
  await ensureDependencies();
  return [await timed(name, substring)];
}

function report(/** @type {Row[]} */ rows) {
  console.log('');
  let [allPassed, allFailed] = [0, 0];
  for (const { name, counts, seconds, flaky } of rows.filter((row) => row.counts.size > 0)) {
    const files = [...counts.values()];
    const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ what) =>
      files.reduce((total, file) => total + file[what], 0);
    const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
    console.log(
      `${name.padEnd(8)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ` +
        `${seconds.toFixed(1).padStart(7)} s`,
    );
    for (const failure of files.flatMap(({ failures }) => failures))
      console.log(`         failed: ${failure}`);
    for (const each of flaky) console.log(`         flaky: ${each} (failed, and passed when run once more)`);
    if (skipped > 0) console.log(`         skipped: ${skipped} (a skipped test counts as failed)`);
    allPassed += passed;
    allFailed += failed + skipped;
  }
  console.log(`${allPassed} passed, ${allFailed} failed`);
  if (allFailed > 0 || allPassed === 0) process.exitCode = 1;
}

await main(async () => {
  const [suite = 'all', substring] = process.argv.slice(2);
  mkdirSync(join(root, 'out', 'tests'), { recursive: true });
  report(suite === 'all' ? await runAll(substring) : await runOne(suite, substring));
});
