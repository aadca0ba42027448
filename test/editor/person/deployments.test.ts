/** A person deploys a service, looks at its replicas in the view of jobs, and undeploys it. */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withEditor } from '../harness/editorSession';
import { packagedExtension, temporaryFolder } from '../harness/places';
import { copySample } from '../harness/sampleFolder';
import { themes } from '../harness/themes';
import { stepsOf } from '../harness/steps';
import { Workbench } from '../harness/workbench';

const patience = { timeout: 60_000 };

test('a person deploys a service, updates it and undeploys it', async (context) => {
  const home = temporaryFolder('weather');
  context.after(() => home.remove());
  const folder = copySample('05-weather', home.path);
  writeFileSync(
    join(folder, 'lockstep.json'),
    '{ "clusters": { "local": { "type": "local", "nodes": 2 } } }\n',
  );
  const state = join(home.path, 'state');
  const options = {
    folder,
    extensions: [packagedExtension],
    env: { XDG_STATE_HOME: state },
    settings: { 'lockstep.deploy.healthTimeout': 45 },
  };
  await withEditor(options, async ({ page }) => {
    const workbench = new Workbench(page);
    const step = stepsOf(context, workbench);
    await workbench.ready();
    const view = page.locator('.pane', { has: page.locator('.pane-header', { hasText: 'Jobs' }) });
    const deployment = view.locator('.monaco-list-row', { hasText: 'weather' });
    const replica = (rank: number) => view.locator('.monaco-list-row', { hasText: `replica ${rank}` });
    /** Opens a service and waits until it is known to be one: its title then has the buttons to run it. */
    const openService = async (name: string): Promise<void> => {
      await workbench.openFile(name);
      await page
        .getByRole('button', { name: /^Debug Program/ })
        .first()
        .waitFor(patience);
    };
    const message = (text: string | RegExp) =>
      page.locator('.notification-list-item', { hasText: text }).first();

    await step('Deploy Program says how far it is, and the view shows the replicas', async () => {
      await page.getByRole('tab', { name: 'Lockstep' }).first().click();
      await openService('weather.ts');
      await workbench.runCommand('Lockstep: Deploy Program');
      await message('Deploying weather').waitFor();
      await deployment.waitFor(patience);
      await workbench.screenshot('deployment-starts');
      await deployment.getByText(/2 of 2 in service/).waitFor(patience);
      await message(/weather: version \w+, 2 of 2 in service/).waitFor(patience);
      await replica(1)
        .getByText(/healthy/)
        .waitFor();
      assert.match(
        (await deployment.getAttribute('aria-label')) ?? '',
        /^deployment weather, 2 of 2 in service/,
      );
    });

    await step('it is readable in every theme', async () => {
      for (const [name, theme] of Object.entries(themes)) {
        await workbench.chooseTheme(theme);
        await workbench.screenshot(`deployment-${name}`);
      }
    });

    await step('a file beside it can be its next version', async () => {
      await openService('weather-2.ts');
      await workbench.pickCommand('Lockstep: Deploy Program');
      const choice = page.locator('.quick-input-list .monaco-list-row', {
        hasText: 'update it to this program',
      });
      await choice.waitFor();
      await workbench.screenshot('deployment-name');
      const before = await deployment.getAttribute('aria-label');
      await choice.click();
      await deployment.getByText(/updating/).waitFor(patience);
      await workbench.screenshot('deployment-updating');
      await deployment.getByText(/^2 of 2 in service/).waitFor(patience);
      assert.notEqual(await deployment.getAttribute('aria-label'), before);
    });

    await step('Undeploy in its row ends it', async () => {
      await deployment.hover();
      await deployment.getByRole('button', { name: 'Undeploy' }).click();
      await deployment.waitFor({ state: 'hidden', ...patience });
      assert.deepEqual(readdirSync(join(state, 'lockstep', 'deployments')), []);
    });
  });
});
