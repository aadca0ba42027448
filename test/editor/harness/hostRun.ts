import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type HostResult, resultsVariable } from '../host/hostTests';
import { runInExtensionHost } from './editorSession';
import { repository, temporaryFolder } from './places';
import { copySample } from './sampleFolder';

export interface HostRun {
  /** One suite alone; absent: all that suit a trusted folder. */
  suite?: string;
  settings?: Record<string, unknown>;
}

/** Runs the host tests on a copy of a sample, and reports each as a test of its own. */
export async function runHostTests(context: TestContext, { suite, settings }: HostRun = {}): Promise<void> {
  const home = temporaryFolder('results');
  const file = join(home.path, 'results.json');
  try {
    await runInExtensionHost({
      folder: copySample('02-flights', home.path),
      extension: repository,
      tests: join(repository, 'out', 'tests', 'test', 'editor', 'host', 'index.cjs'),
      settings,
      // A home of its own for what the user has, such as a lab token.
      env: {
        [resultsVariable]: file,
        XDG_CONFIG_HOME: join(home.path, 'config'),
        ...(suite ? { LOCKSTEP_HOST_SUITE: suite } : {}),
      },
      finished: async () => {
        for (let attempt = 0; !existsSync(file); attempt += 1) {
          if (attempt > 3000) throw new Error('The extension host reported nothing within 5 minutes.');
          await delay(100);
        }
        await delay(100);
      },
    });
    for (const result of JSON.parse(readFileSync(file, 'utf8')) as HostResult[]) {
      await context.test(result.name, (test) => {
        test.diagnostic(`${result.ms} ms`);
        if (result.error) throw new Error(result.error);
      });
    }
  } finally {
    home.remove();
  }
}
