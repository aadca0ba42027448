// Checks dist/: its sizes against the budgets, and that no bundle holds what its room may not import.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, ensureBuilt, main, root } from './setup.mjs';

const kB = 1000;

/** Per bundle: its budget, and the parts of the repository that it may hold. */
const rules = [
  {
    bundle: /^extension\.js$/,
    bytes: 300 * kB,
    holds:
      /^(extension|debug-adapter\/dap\/protocol\.ts|runtime\/(client|core|launch|protocol|transport)|webviews\/(\w+\/contract|shared\/(numberFormat|faultWords))\.ts)/,
    mayRequireVscode: true,
  },
  {
    bundle: /^adapter\.js$/,
    bytes: 800 * kB,
    holds: /^(debug-adapter|runtime\/(client|core|launch|protocol|transport))\//,
  },
  {
    bundle: /^runtime\.js$/,
    bytes: 800 * kB,
    holds:
      /^(extension\/runtime\.ts|debug-adapter\/|runtime\/(client|core|discovery|launch|protocol|transport)\/)/,
  },
  {
    bundle: /^(cli|coordinator|mpiNode|node|agent|relay|slurm|ssh)\.js$/,
    bytes: 800 * kB,
    holds: /^runtime\//,
  },
  { bundle: /^bench\.js$/, bytes: 800 * kB, holds: /^(benchmarks|runtime)\// },
  { bundle: /^[a-z]+\.js$/, bytes: 250 * kB, holds: /^(webviews|runtime\/protocol)\// },
];

/** The problems of one bundle, in words. */
function problemsOf(name, output) {
  const rule = rules.find(({ bundle }) => bundle.test(name));
  if (!rule) return [`dist/${name} has no rule in scripts/checkBundles.mjs.`];
  const problems = [];
  const bytes = statSync(join(root, 'dist', name)).size;
  console.log(`${name.padEnd(16)} ${(bytes / kB).toFixed(0).padStart(5)} kB of ${rule.bytes / kB} kB`);
  if (bytes > rule.bytes) problems.push(`dist/${name} has ${bytes} bytes, more than its ${rule.bytes}.`);
  const inputs = Object.keys(output.inputs).filter((path) => !path.includes('node_modules'));
  for (const path of inputs) {
    if (path !== 'package.json' && !rule.holds.test(path))
      problems.push(`dist/${name} holds ${path}, which belongs to another room.`);
  }
  for (const { path, external } of output.imports) {
    if (external && path === 'vscode' && !rule.mayRequireVscode)
      problems.push(`dist/${name} requires vscode.`);
  }
  return problems;
}

await main(async () => {
  await ensureBuilt(); // not anew: tests may be running with it
  const metaFile = join(root, 'dist', 'meta.json');
  const problems = JSON.parse(readFileSync(metaFile, 'utf8')).flatMap(({ outputs }) =>
    Object.entries(outputs)
      .filter(([path]) => path.endsWith('.js'))
      .flatMap(([path, output]) => problemsOf(path.replace(/^dist\//, ''), output)),
  );
  if (problems.length > 0) throw new SetupError(problems.join('\n'));
});
