import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withEditor } from '../harness/editorSession';
import { copyFlights, flightsStopped } from '../harness/flights';
import { packagedExtension, temporaryFolder } from '../harness/places';
import { stepsOf } from '../harness/steps';
import { Workbench } from '../harness/workbench';

test('a person debugs the flights on an MPI library', async (context) => {
  const home = temporaryFolder('mpi');
  context.after(() => home.remove());
  const { folder, line } = copyFlights(home.path);
  const file = join(folder, '.vscode', 'launch.json');
  const launch = JSON.parse(readFileSync(file, 'utf8')) as { configurations: { mpi?: unknown }[] };
  launch.configurations = launch.configurations.filter(({ mpi }) => mpi !== undefined);
  writeFileSync(file, JSON.stringify(launch));
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
      const rows = await flightsStopped(workbench);
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
