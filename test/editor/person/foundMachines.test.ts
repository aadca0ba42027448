/** A person joins a lab: enters its token, sees a machine, adds it to a cluster, and sees it fall silent. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLabToken } from '../../../runtime/discovery';
import { withEditor } from '../harness/editorSession';
import { packagedExtension, repository, temporaryFolder } from '../harness/places';
import { copySample } from '../harness/sampleFolder';
import { themes } from '../harness/themes';
import { stepsOf } from '../harness/steps';
import { Workbench } from '../harness/workbench';

test('a person joins a lab and adds a machine to a cluster', async (context) => {
  const home = temporaryFolder('lab');
  context.after(() => home.remove());
  const folder = copySample('01-hello', home.path);
  const configHome = join(home.path, 'config');
  const teachersFile = join(home.path, 'token-of-the-teacher');
  createLabToken(teachersFile);
  const token = readFileSync(teachersFile, 'utf8').trim();
  const words = ['--interface', 'lo', '--name', 'lab-7', '--token-file', teachersFile];
  const cli = join(repository, 'dist', 'cli.js');
  const labels = ['--label', 'room=101', '--label', 'gpu=2'];
  const agent = spawn(process.execPath, [cli, 'agent', ...words, ...labels], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => agent.kill('SIGKILL'));
  await once(agent.stdout, 'data');

  const options = {
    folder,
    extensions: [packagedExtension],
    env: { XDG_CONFIG_HOME: configHome },
    settings: { 'lockstep.lab.interface': 'lo' },
  };
  await withEditor(options, async ({ page }) => {
    const workbench = new Workbench(page);
    const step = stepsOf(context, workbench);
    await workbench.ready();
    const header = page.locator('.pane-header', { hasText: 'Found on the Network' });
    const view = page.locator('.pane', { has: header });
    const row = view.locator('.monaco-list-row', { hasText: 'lab-7' });
    const input = (type: string) => page.locator(`.quick-input-widget input[type=${type}]`).first();

    await step('without a token the view says how to get one', async () => {
      await page.getByRole('tab', { name: 'Lockstep' }).first().click();
      await header.click();
      await view.getByText('needs the token of the lab').waitFor();
      await workbench.screenshot('found-no-token');
    });

    await step('the token is typed unseen, and kept for its owner alone', async () => {
      await view.getByRole('button', { name: 'Enter Lab Token' }).last().click();
      await input('password').fill(token);
      await page.keyboard.press('Enter');
      await row.waitFor();
      assert.equal(statSync(join(configHome, 'lockstep', 'lab-token')).mode & 0o777, 0o600);
      assert.ok(!(await page.content()).includes(token));
    });

    await step('the machine is there, with what it has', async () => {
      assert.match(await row.innerText(), /lab-7\s*room=101 gpu=2 · \d+ cores? · .* · load [\d.]+/s);
      assert.match(
        (await row.getAttribute('aria-label')) ?? '',
        /^machine lab-7, room=101 gpu=2, \d+ cores?/,
      );
      for (const [name, theme] of Object.entries(themes)) {
        await workbench.chooseTheme(theme);
        await workbench.screenshot(`found-${name}`);
      }
    });

    await step('Add to Cluster in its row writes it into lockstep.json', async () => {
      await row.hover();
      await row.getByRole('button', { name: 'Add to Cluster' }).click();
      await input('text').waitFor();
      assert.equal(await input('text').inputValue(), 'lab');
      await page.keyboard.press('Enter');
      await page.getByText('lab-7 is in the cluster "lab".').first().waitFor();
      assert.match(readFileSync(join(folder, 'lockstep.json'), 'utf8'), /"hosts": \[\s*"127\.0\.0\.1"\s*\]/);
      await workbench.screenshot('found-added');
    });

    await step('a machine that falls silent says so, and is gone in the end', async () => {
      agent.kill('SIGKILL');
      await row.getByText('silent').waitFor({ timeout: 60_000 });
      await workbench.screenshot('found-suspect');
      await view.getByText('No machine of your lab was found yet').waitFor({ timeout: 60_000 });
      await workbench.screenshot('found-nobody');
    });
  });
});
