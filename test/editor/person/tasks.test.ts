/** A person runs a program of tasks under the debugger, watches them in the tree, asks why one is where it is, and cancels. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withEditor } from '../harness/editorSession';
import { packagedExtension, temporaryFolder } from '../harness/places';
import { copySample } from '../harness/sampleFolder';
import { stepsOf } from '../harness/steps';
import { themes } from '../harness/themes';
import { Workbench } from '../harness/workbench';

/** Forty short tasks, one of which fails, and four hundred that nobody waits for to the end. */
const program = `import { driver, task } from 'lockstep';

export const part = task('part', async (turn: number, ms: number) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  if (turn === 3) throw new TypeError('turn 3 cannot be sorted');
  const square = turn * turn;
  return square;
});

export default driver(async ({ scheduler, log }) => {
  const job = scheduler.job('sort');
  const short = Array.from({ length: 40 }, (_, turn) => job.add(part, [turn, 5]));
  const long = Array.from({ length: 400 }, (_, turn) => job.add(part, [turn + 100, 600_000]));
  await Promise.allSettled([...short, ...long].map(({ result }) => result));
  log(JSON.stringify(job.progress));
});
`;
const breakpointLine = 1 + program.split('\n').findIndex((line) => line.includes('const square'));
/** A node that is silent for 5 s is dead. */
const longerThanLossMs = 7000;

test('a person watches tasks', async (context) => {
  const home = temporaryFolder('tasks');
  context.after(() => home.remove());
  const folder = copySample('09-tasks', home.path);
  writeFileSync(join(folder, 'parts.ts'), program);

  await withEditor({ folder, extensions: [packagedExtension] }, async ({ page }) => {
    const workbench = new Workbench(page);
    const step = stepsOf(context, workbench);
    /** A row of the tree by the beginning of what a screen reader says of it. */
    const row = (spoken: string) =>
      page.locator(`.sidebar .monaco-list-row[aria-label^="${spoken}"]`).first();
    const open = async (spoken: string): Promise<void> => {
      await row(spoken).waitFor();
      if ((await row(spoken).getAttribute('aria-expanded')) === 'true') return;
      await row(spoken).click();
      await page.keyboard.press('ArrowRight');
    };
    await workbench.ready();

    await step('a breakpoint in a task stops the node that runs it', async () => {
      await workbench.openFile('parts.ts');
      await workbench.clickGutter(breakpointLine);
      await workbench.runCommand('Lockstep: Debug Program');
      await workbench.showRunAndDebug();
      await workbench.callStackThat(
        'a node stands in its task',
        (now) => now.some(({ text }) => /^node [1-9] · task part #\d+ paused on breakpoint/i.test(text)),
        90_000,
      );
    });

    await step('while it stands for longer than a silent node lives, no task is lost', async () => {
      await page.waitForTimeout(longerThanLossMs);
      await workbench.openFile('parts.ts');
      await workbench.clickGutter(breakpointLine);
      await workbench.runCommand('Lockstep: Continue All Nodes');
      await workbench.runCommand('Lockstep: Focus on Cluster View');
      await row('tasks of sort, 39 of 440 done, 1 failed').waitFor({ timeout: 60_000 });
      for (const rank of [1, 2]) await row(`node ${rank}, task part #`).waitFor();
      const hover = await workbench.hover(row('tasks of sort'), 'Done: 39, failed: 1');
      assert.doesNotMatch(hover, /lost/);
    });

    await step(
      'the tree tells what runs, what waits for which node, and what failed, in every theme',
      async () => {
        for (const view of ['Topology', 'Jobs']) {
          await page.locator(`.pane-header[aria-label^="${view}"]`).first().click(); // room for the tree
        }
        await open('Running, 3 tasks');
        await row('task part #41, running, node').waitFor();
        await open('Failed, 1 task');
        await row('task part #4, failed').waitFor();
        await open('Queued, 397 tasks');
        await open('node 1, 1');
        await row('task part #').waitFor();
        for (const [name, theme] of Object.entries(themes)) {
          await workbench.chooseTheme(theme);
          await workbench.screenshot(`tasks-${name}`);
        }
      },
    );

    await step('a task says why it is where it is, and leads to its function', async () => {
      await row('task part #41, running').click();
      await page.locator('.statusbar-item', { hasText: /Ln 3,/ }).waitFor();
      await row('task part #41, running').hover();
      await row('task part #41, running').locator('.action-label[aria-label^="Why Here?"]').click();
      const lines = page.locator('.editor-instance .view-lines');
      await lines.getByText('Task part #41').first().waitFor();
      await lines.getByText('chosen').first().waitFor();
      await workbench.screenshot('tasks-why');
    });

    await step('all that are left are cancelled from the tree, and the program ends', async () => {
      await row('tasks of sort').hover();
      await row('tasks of sort').locator('.action-label[aria-label^="Cancel Tasks"]').click();
      await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Cancel Tasks' }).click();
      await row('tasks of sort, 39 of 440 done, 1 failed, 400 cancelled').waitFor({ timeout: 60_000 });
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden', timeout: 60_000 });
      const printed = await workbench.debugConsole();
      assert.ok(
        printed.some((text) => text.includes('"done":39,"failed":1,"cancelled":400')),
        printed.join('\n'),
      );
      await workbench.screenshot('tasks-cancelled');
    });
  });
});
