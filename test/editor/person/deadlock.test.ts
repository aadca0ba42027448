/** A person's program deadlocks under the debugger: both nodes stop, say why, and show what they wait with. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withEditor } from '../harness/editorSession';
import { packagedExtension, temporaryFolder } from '../harness/places';
import { copySample } from '../harness/sampleFolder';
import { stepsOf } from '../harness/steps';
import { themes } from '../harness/themes';
import { Workbench } from '../harness/workbench';

test('a person meets a deadlock', async (context) => {
  const home = temporaryFolder('deadlock');
  context.after(() => home.remove());
  const folder = copySample('06-mistakes', home.path);
  const lines = readFileSync(join(folder, 'swap.ts'), 'utf8').split('\n');
  const sending = lines.findIndex((text) => text.includes('world.send(half, other)')) + 1;

  await withEditor({ folder, extensions: [packagedExtension] }, async ({ page }) => {
    const workbench = new Workbench(page);
    const step = stepsOf(context, workbench);
    await workbench.ready();
    await workbench.openFile('swap.ts');
    await workbench.showRunAndDebug();

    await step('the nodes that wait stop in their calls', async () => {
      await workbench.runCommand('Lockstep: Debug Program');
      await workbench.callStackThat('nodes 0 and 1 stand in a deadlock', (rows) =>
        [0, 1].every((rank) => {
          const row = new RegExp(
            `^node ${rank} · deadlock: send\\(destination ${1 - rank}, tag 0\\) deadlock$`,
            'i',
          );
          return rows.some(({ text }) => row.test(text));
        }),
      );
    });

    await step('a widget at the line explains it', async () => {
      const widget = page.locator('.exception-widget');
      await widget.waitFor();
      const text = (await widget.innerText()).replaceAll('\u00a0', ' ');
      assert.match(text, /Exception has occurred: Deadlock/);
      assert.match(
        text,
        new RegExp(`node 0 waits in send\\(destination 1, tag 0\\) at swap\\.ts:${sending}`),
      );
      assert.match(text, /Each of them sends before it receives/);
      for (const [name, theme] of Object.entries(themes)) {
        await workbench.chooseTheme(theme);
        await widget.waitFor();
        await workbench.screenshot(`deadlock-${name}`);
      }
    });

    // Of the node that has the focus: the one that stopped first.
    await step('its messages and communicators are scopes', async () => {
      const rows = page.locator('.debug-variables .monaco-list-row');
      await rows.filter({ hasText: /^Communicator$/ }).click();
      await workbench.variable(/rank [01] of 4/).waitFor();
      await rows.filter({ hasText: /^Messages$/ }).click();
      await workbench.variable('Pending sends').waitFor();
      assert.match(await workbench.variable('Unexpected messages').innerText(), /1/);
      await workbench.variable('Pending sends').click();
      await workbench.variable(/send\(destination [01], tag 0\), 800000 bytes/).click();
      await workbench.variable('Float64Array(100000)').waitFor();
      await workbench.screenshot('deadlock-messages');
    });

    await step('the kinds of communication to stop at are under Breakpoints', async () => {
      const breakpoints = page.locator('.debug-breakpoints');
      for (const label of ['Deadlocks', 'Aborts', 'Messages Sent', 'Messages Received', 'Collective Calls']) {
        await breakpoints.getByText(label, { exact: true }).waitFor();
      }
    });

    await step('let go on, the job ends with the explanation', async () => {
      await workbench.runCommand('Lockstep: Continue All Nodes');
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden', timeout: 30_000 });
      const printed = await workbench.debugConsole();
      assert.ok(
        printed.some((text) => /Deadlock: no node can go on/.test(text)),
        printed.join('\n'),
      );
    });
  });
});
