// The whole gate but for the tests: node scripts/check.mjs [name]. Runs every check and says at the end which failed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { SetupError, ensureDependencies, main, root } from './setup.mjs';

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

await main(() => {
  ensureDependencies();
  const wanted = process.argv[2];
  const chosen = checks.filter(([name]) => !wanted || name === wanted || name.startsWith(`${wanted}:`));
  if (chosen.length === 0) {
    throw new SetupError(
      `There is no check "${wanted}". Checks: ${checks.map(([name]) => name).join(', ')}.`,
    );
  }
  const failed = chosen.filter(([name, script, ...args]) => {
    const startedMs = Date.now();
    const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
    console.log(
      `${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`,
    );
    return status !== 0;
  });
  if (failed.length > 0) throw new SetupError(`Failed: ${failed.map(([name]) => name).join(', ')}.`);
});
