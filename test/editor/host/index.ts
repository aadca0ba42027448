/** What the editor calls inside its extension host: runs every host test, one after the other, and reports. */
import { writeFileSync } from 'node:fs';
import { type HostResult, type HostTests, resultsVariable } from './hostTests';
import { activation } from './activation';
import { debugCommands } from './debugCommands';
import { debuggingTests } from './debugging';
import { deployments } from './deployments';
import { foundMachines } from './foundMachines';
import { jobsAndTrees } from './jobsAndTrees';
import { labMachines } from './labMachines';
import { manifestTests } from './manifest';
import { restricted } from './restricted';
import { running } from './running';

const suites: Record<string, HostTests> = {
  activation,
  manifest: manifestTests,
  running,
  jobsAndTrees,
  deployments,
  foundMachines,
  debugCommands,
  debugging: debuggingTests,
};
/** Suites that need an editor of their own. */
const suitesByName: Record<string, HostTests> = { ...suites, labMachines, restricted };
const timeoutMs = 60_000;

function inTime(body: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done within ${timeoutMs} ms`)), timeoutMs);
    body()
      .finally(() => clearTimeout(timer))
      .then(resolve, reject);
  });
}

/** Called by the editor; rejects if a test failed. Runs the suite that LOCKSTEP_HOST_SUITE names, or all. */
export async function run(): Promise<void> {
  const results: HostResult[] = [];
  const only = process.env['LOCKSTEP_HOST_SUITE'];
  const chosen = only ? { [only]: suitesByName[only] ?? {} } : suites;
  for (const [suite, tests] of Object.entries(chosen)) {
    for (const [name, body] of Object.entries(tests)) {
      const startedMs = Date.now();
      const result: HostResult = { name: `${suite}: ${name}`, ms: 0 };
      try {
        await inTime(body);
      } catch (error) {
        result.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
      }
      result.ms = Date.now() - startedMs;
      results.push(result);
    }
  }
  const file = process.env[resultsVariable];
  if (file) writeFileSync(file, JSON.stringify(results, null, 2));
  const failed = results.filter(({ error }) => error !== undefined);
  if (failed.length > 0) throw new Error(failed.map(({ name, error }) => `${name}\n${error}`).join('\n\n'));
}
