import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withEditor } from '../harness/editorSession';
import { packagedExtension, temporaryFolder } from '../harness/places';
import { copySample } from '../harness/sampleFolder';
import { stepsOf } from '../harness/steps';
import { Workbench } from '../harness/workbench';

test('a person debugs the flights on an MPI library', async (context) => {
  const home = temporaryFolder('mpi');
  context.after(() => home.remove());
  const folder = copySample('02-flights', home.path);
  const file = join(folder, '.vscode', 'launch.json');
  const launch = JSON.parse(readFileSync(file, 'utf8')) as { configurations: { mpi?: unknown }[] };
  launch.configurations = launch.configurations.filter(({ mpi }) => mpi !== undefined);
  writeFileSync(file, JSON.stringify(launch));
  const lines = readFileSync(join(folder, 'pagerank.ts'), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes('const change =')) + 1;
  await withEditor({ folder, extensions: [packagedExtension] }, async (session) => {
    const workbench = new Workbench(session.page);
    const step = stepsOf(context, workbench);
    const { page } = session;
    await workbench.ready();
    await workbench.openFile('pagerank.ts');
    await step('F5 starts mpiexec, whose processes stop at the breakpoint', async () => {
      await workbench.clickGutter(line);
      await workbench.breakpointSigns().first().waitFor();
      await page.keyboard.press('F5');
      await page.locator('.debug-toolbar').waitFor();
      await workbench.showRunAndDebug();
      const rows = await workbench.callStackThat(
        'four nodes are paused on the breakpoint',
        (now) => now.filter(({ text }) => /^node \d paused on breakpoint$/i.test(text)).length === 4,
      );
      assert.ok(rows.length > 4);
      await workbench.screenshot('mpi-stopped');
    });
    await step('Stop ends it, mpiexec and all', async () => {
      await page.keyboard.press('Shift+F5');
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
      await workbench.screenshot('mpi-ended');
    });
  });
});
