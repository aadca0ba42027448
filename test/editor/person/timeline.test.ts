/** A person wants to know where the time of a run went: opens the timeline, runs the flights, goes to a line. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFindings } from '../../views/fixtures/accessibility';
import { withEditor } from '../harness/editorSession';
import { packagedExtension, temporaryFolder } from '../harness/places';
import { copySample } from '../harness/sampleFolder';
import { stepsOf } from '../harness/steps';
import { Workbench } from '../harness/workbench';

test('a person looks at where the time went', async (context) => {
  const home = temporaryFolder('timeline');
  context.after(() => home.remove());
  const folder = copySample('02-flights', home.path);

  await withEditor({ folder, extensions: [packagedExtension] }, async ({ page }) => {
    const workbench = new Workbench(page);
    const step = stepsOf(context, workbench);
    await workbench.ready();
    await workbench.openFile('pagerank.ts');

    await step('before any run the timeline says what it is for', async () => {
      await workbench.runCommand('Lockstep: Open Timeline');
      await workbench.webview('p:has-text("The calls of every node appear here")');
    });

    await step('a run appears in it, with who waited for whom', async () => {
      await page.locator('.tab', { hasText: 'pagerank.ts' }).first().click();
      await workbench.runCommand('Lockstep: Run Program');
      await page.locator('.tab', { hasText: 'Lockstep Timeline' }).first().click();
      const view = await workbench.webview('.timeline-body');
      await view.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
      await view
        .getByRole('button', { name: 'longest' })
        .first()
        .or(view.getByText('no call had to wait'))
        .waitFor();
      assert.deepEqual(await accessibilityFindings(view), []);
      await workbench.screenshot('timeline-run');
    });

    await step('a call is found without a mouse, and leads to its line', async () => {
      const view = await workbench.webview('.timeline-body');
      await view.locator('.stage').focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('+');
      const line = view.locator('.details').getByRole('button', { name: /pagerank\.ts:\d+/ });
      await line.waitFor();
      const wanted = /:(\d+)/.exec(await line.innerText())?.[1];
      await workbench.screenshot('timeline-call');
      await line.click();
      await page.locator('.statusbar-item', { hasText: `Ln ${wanted},` }).waitFor();
    });

    await step('the operations are exported for Perfetto', async () => {
      const view = await workbench.webview('.timeline-body');
      await view.getByRole('button', { name: 'Export' }).click();
      const question = page.locator('.quick-input-widget');
      await question.getByText('OK', { exact: true }).first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.notification-toast', { hasText: 'Open it at ui.perfetto.dev' }).waitFor();
      const trace = JSON.parse(readFileSync(join(folder, 'pagerank.trace.json'), 'utf8')) as {
        traceEvents: { ph: string; name: string }[];
      };
      const calls = trace.traceEvents.filter(({ ph, name }) => ph === 'X' && name === 'scatter');
      assert.ok(calls.length >= 4, `${calls.length} calls of scatter`);
    });
  });
});
