import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import { runInExtensionHost } from './harness/editorSession';
import { repository, temporaryFolder } from './harness/places';
import { copySample } from './harness/sampleFolder';
import { type HostResult, resultsVariable } from './host/hostTests';

test('inside the extension host', async (context) => {
  const home = temporaryFolder('results');
  const file = join(home.path, 'results.json');
  try {
    await runInExtensionHost({
      folder: copySample('02-flights', home.path),
      extension: repository,
      tests: join(repository, 'out', 'tests', 'test', 'editor', 'host', 'index.cjs'),
      env: { [resultsVariable]: file },
      finished: async () => {
        for (let attempt = 0; !existsSync(file); attempt += 1) {
          if (attempt > 3000) throw new Error('The extension host reported nothing within 5 minutes.');
          await delay(100);
        }
        await delay(100);
      },
    });
    for (const result of JSON.parse(readFileSync(file, 'utf8')) as HostResult[]) {
      await context.test(`${result.name} (${result.ms} ms)`, () => {
        if (result.error) throw new Error(result.error);
      });
    }
  } finally {
    home.remove();
  }
});
