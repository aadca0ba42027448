/** A person lets things go wrong: by a plan with F5, from the tree, from the topology; sees them in all views, and heals them. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFindings } from '../../views/fixtures/accessibility';
import { withEditor } from '../harness/editorSession';
import { packagedExtension, temporaryFolder } from '../harness/places';
import { copySample } from '../harness/sampleFolder';
import { stepsOf } from '../harness/steps';
import { Workbench } from '../harness/workbench';

/** A ring that goes round until somebody ends it. */
const ring = `import { spmd } from 'lockstep';

export default spmd(async ({ world }) => {
  for (let round = 0; ; round += 1) {
    world.send(round, (world.rank + 1) % world.size);
    world.recv((world.rank + world.size - 1) % world.size);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});
`;

test('a person makes faults and heals them', async (context) => {
  const home = temporaryFolder('faults');
  context.after(() => home.remove());
  const folder = copySample('08-unreliable', home.path);
  writeFileSync(join(folder, 'ring.ts'), ring);

  await withEditor({ folder, extensions: [packagedExtension] }, async ({ page }) => {
    const workbench = new Workbench(page);
    const step = stepsOf(context, workbench);
    await workbench.ready();
    const tree = page.locator('.pane', {
      has: page.locator('.pane-header', { hasText: 'Cluster' }),
    });
    const row = (rank: number) => tree.locator('.monaco-list-row', { hasText: `node ${rank}` });
    /** Chooses from an open menu, which takes no click in the first moment. */
    const chooseFromMenu = async (name: string) => {
      const item = page.locator('.monaco-menu .action-label', { hasText: name });
      for (let chosen = false; !chosen;) {
        await item.click();
        chosen = await item.waitFor({ state: 'hidden', timeout: 1000 }).then(
          () => true,
          () => false,
        );
      }
    };
    const question = page.locator('.quick-input-widget');
    const choose = async (label: string, timeout = 30_000) => {
      await question.locator('.monaco-list-row', { hasText: label }).first().click({ timeout });
    };
    const topology = () => workbench.webview('.topology-body', 20_000, 400);

    await step('F5 with the plan of the sample: the cut is there, and then it is healed', async () => {
      await workbench.openFile('reliable.ts');
      await workbench.runCommand('Lockstep: Open Topology');
      await workbench.showRunAndDebug();
      await workbench.pickCommand('Debug: Select and Start Debugging');
      await choose('the way is cut');
      const view = await topology();
      await view.locator('.faults').getByText('cut between node 0 and node 1 (raw)').waitFor();
      await view.locator('.edge-label.faulty', { hasText: 'cut' }).waitFor();
      assert.deepEqual(await accessibilityFindings(view), []);
      await workbench.screenshot('faults-plan');
      await view.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
      const printed = (await workbench.debugConsole()).join('\n');
      assert.match(printed, /by the plan: cut between node 0 and node 1 \(raw\)/);
      await workbench.screenshot('faults-plan-console');
    });

    await step('a node is cut off from the tree, which says so, as the topology does', async () => {
      await workbench.openFile('ring.ts');
      await page.getByRole('tab', { name: 'Lockstep' }).first().click();
      await workbench.runCommand('Lockstep: Run Program');
      await row(3).waitFor();
      await (await topology()).locator('.node').nth(3).waitFor();
      const asked = question
        .getByText('What is to happen to node 1?')
        .or(question.getByText('Cut off'))
        .first();
      // The question goes away, as all of the editor's do, where something else takes the focus meanwhile.
      for (let chosen = false; !chosen;) {
        await row(1).click({ button: 'right' });
        await chooseFromMenu('Inject Fault…');
        await asked.waitFor();
        await workbench.screenshot('faults-menu');
        chosen = await choose('Cut off', 5000).then(
          () => true,
          () => false,
        );
      }
      await row(1).getByText('cut off').waitFor();
      const bar = (await topology()).locator('.faults');
      await bar.getByText('cut between node 1 and nodes 0, 2, 3').waitFor();
      await workbench.screenshot('faults-cut');
    });

    await step('the topology heals it', async () => {
      const view = await topology();
      await view.getByRole('button', { name: 'Heal: cut between node 1' }).click();
      await view.locator('.faults').waitFor({ state: 'detached' });
      await row(1).getByText('cut off').waitFor({ state: 'detached' });
    });

    await step('several nodes are a side of a partition', async () => {
      await row(2).click();
      await row(3).click({ modifiers: ['Control'] });
      await row(3).click({ button: 'right' });
      await chooseFromMenu('Inject Fault…');
      await choose('Partition by sides…');
      const input = question.locator('input[type=text]').first();
      await page.waitForFunction(() =>
        [...document.querySelectorAll<HTMLInputElement>('.quick-input-widget input')].some(
          ({ value }) => value === '2, 3 | 0, 1',
        ),
      );
      await input.fill('2, 3 | 0, 3');
      await question.getByText('Node 3 is on both sides.').waitFor();
      await input.fill('2, 3 | 0, 1');
      await page.keyboard.press('Enter');
      await row(0).getByText('cut from nodes 2, 3').waitFor();
      await row(3).getByText('cut from nodes 0, 1').waitFor();
    });

    await step(
      'a node is slowed down with a number of its own, and all is healed by one command',
      async () => {
        await row(0).click();
        await row(0).click({ button: 'right' });
        await chooseFromMenu('Inject Fault…');
        await choose('Slow down…');
        await choose('Another…');
        const input = question.locator('input[type=text]').first();
        await input.fill('0');
        await question.getByText('Between 1 and 100 %.').waitFor();
        await input.fill('40');
        await page.keyboard.press('Enter');
        await row(0).getByText('slowed to 40 %').waitFor();
        const view = await topology();
        await view.getByRole('button', { name: '1 with a fault' }).waitFor();
        await workbench.screenshot('faults-partition');
        await workbench.runCommand('Lockstep: Heal Faults');
        await row(0).getByText('slowed').waitFor({ state: 'detached' });
        await view.locator('.faults').waitFor({ state: 'detached' });
      },
    );

    await step('the topology cuts a link, and asks for more, without a mouse', async () => {
      const view = await topology();
      await view.locator('.node[data-rank="2"]').focus();
      await view.getByRole('button', { name: 'faults on the link of node 2 and node 3' }).focus();
      await page.keyboard.press('Enter');
      await view.locator('[role=menuitem]:focus', { hasText: 'Cut the Link 2 – 3' }).waitFor();
      await page.keyboard.press('Enter');
      await view.locator('.faults').getByText('cut between node 2 and node 3').waitFor();
      await view.locator('.node[data-rank="2"]').focus();
      await page.keyboard.press('f');
      await question.getByText('End cut between node 2 and node 3').waitFor();
      await page.keyboard.press('Escape');
      await question.waitFor({ state: 'hidden' });
    });

    await step('a job that is stopped shows the cut it had, and no way to heal it', async () => {
      const job = page.locator('.monaco-list-row', { hasText: 'job-2' });
      await job.hover();
      await job.getByRole('button', { name: 'Stop Job' }).click();
      const view = await topology();
      await view.getByRole('region', { name: 'Faults on purpose at the end' }).waitFor();
      await workbench.screenshot('faults-end');
    });
  });
});
