/** A person presses F5 on a cluster of Slurm, sees why it waits, and debugs once it has its machines. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../../remote/commands';
import { queued, slurm, startSlurm, takeAllMachines } from '../../slurm/slurmDaemons';
import { accessibilityFindings } from '../../views/fixtures/accessibility';
import { withEditor } from '../harness/editorSession';
import { copyFlights, flightsStopped } from '../harness/flights';
import { packagedExtension, temporaryFolder } from '../harness/places';
import { stepsOf } from '../harness/steps';
import { themes } from '../harness/themes';
import { Workbench } from '../harness/workbench';

test('a person debugs in an allocation of Slurm', async (context) => {
  const home = temporaryFolder('slurm');
  const daemons = await startSlurm();
  context.after(async () => {
    await daemons.stop();
    home.remove();
  });
  const { folder, line } = copyFlights(home.path);
  const lab = { type: 'slurm', partition: 'all', nodes: 2, tasksPerNode: 2, time: '00:10:00' };
  writeFileSync(
    join(folder, 'lockstep.json'),
    JSON.stringify({ default: 'lab', clusters: { lab } }, null, 2),
  );
  const env = { HOME: home.path, SLURM_CONF: daemons.configuration };
  const args = ['--force-disable-user-env']; // else a login shell sets the environment anew

  await withEditor({ folder, extensions: [packagedExtension], env, args }, async ({ page }) => {
    page.setDefaultTimeout(60_000);
    const workbench = new Workbench(page);
    const step = stepsOf(context, workbench);
    const tree = page.locator('.pane', { hasText: 'Cluster' }).locator('.monaco-list-row');
    const waiting = tree.filter({ hasText: 'all machines that would do are in use (Resources)' });
    await workbench.ready();
    await workbench.openFile('pagerank.ts');
    takeAllMachines();

    await step('F5 waits in the queue, and the tree says why', async () => {
      await workbench.clickGutter(line);
      await page.keyboard.press('F5');
      await workbench.runCommand('Lockstep: Focus on Cluster View');
      await waiting.first().waitFor();
      assert.match(await waiting.first().innerText(), /Slurm job \d+/);
      for (const [name, theme] of Object.entries(themes)) {
        await workbench.chooseTheme(theme);
        await workbench.screenshot(`slurm-waiting-${name}`);
      }
    });

    await step('the notification says the same, and its button gives it up', async () => {
      const toast = page.locator('.notification-toast', {
        hasText: /Slurm job \d+: waiting: in the queue; /,
      });
      await toast.locator('.monaco-button', { hasText: 'Cancel' }).click();
      await toast.waitFor({ state: 'hidden' });
      await page.locator('.statusbar-item', { hasText: 'lab · 4 nodes · idle' }).waitFor();
      assert.equal(await page.locator('.notification-toast').count(), 0, 'who gives up need not be told');
      await eventually('the job has left the queue', () => queued().length === 1);
      await waiting.first().waitFor({ state: 'hidden' });
    });

    await step('once the machines are free, four nodes on two of them stop at the breakpoint', async () => {
      await page.locator('.tab', { hasText: 'pagerank.ts' }).first().click();
      await page.keyboard.press('F5');
      await waiting.first().waitFor();
      slurm('scancel', '--name=blocker');
      await flightsStopped(workbench);
      await workbench.runCommand('Lockstep: Focus on Cluster View');
      await tree
        .filter({ hasText: /node \d ?paused/ })
        .nth(3)
        .waitFor();
      const texts = (await tree.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
      assert.match(texts[1] ?? '', /^lab1 ?\d+ cores?/, texts.join('\n'));
      assert.match(texts[4] ?? '', /^lab2 ?\d+ cores?/, texts.join('\n'));
      await workbench.runCommand('Lockstep: Open Topology');
      const view = await workbench.webview('.topology-body', 60_000, 400);
      await view
        .getByRole('radio', { name: 'By host' })
        .or(view.getByRole('button', { name: 'By host' }))
        .first()
        .click();
      await view.getByText('lab2').first().waitFor();
      assert.deepEqual(await accessibilityFindings(view), []);
      await workbench.screenshot('slurm-debugging');
    });

    await step('the program goes on to its end, and the machines are given back', async () => {
      await page.locator('.tab', { hasText: 'pagerank.ts' }).first().click();
      await workbench.clickGutter(line);
      await workbench.runCommand('Lockstep: Continue All Nodes');
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
      const printed = await workbench.debugConsole();
      assert.ok(
        printed.some((text) => / 1\. ATL 0\.0597/.test(text)),
        printed.join('\n'),
      );
      await eventually('the queue is empty', () => queued().length === 0);
    });
  });
});
