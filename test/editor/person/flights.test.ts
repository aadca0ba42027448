/** A student's first quarter of an hour with Lockstep: install it, open the flights, stop, look, step, go on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibilityFindings } from '../../views/fixtures/accessibility';
import { withEditor } from '../harness/editorSession';
import { copyFlights, flightsStopped } from '../harness/flights';
import { listeningSockets, processesOf } from '../harness/leftovers';
import { packagedExtension, temporaryFolder } from '../harness/places';
import { themes } from '../harness/themes';
import { stepsOf } from '../harness/steps';
import { type CallStackRow, Workbench } from '../harness/workbench';

const isNode = ({ text }: CallStackRow): boolean => /^node \d/.test(text);
const rowOf = (rows: CallStackRow[], rank: number): string =>
  rows.find(({ text }) => text.startsWith(`node ${rank}`))?.text ?? '';

/** The frames under a node, as text, up to the next node. */
function framesOf(rows: CallStackRow[], rank: number): string[] {
  const first = rows.findIndex(({ text }) => text.startsWith(`node ${rank}`)) + 1;
  const rest = rows.slice(first);
  const end = rest.findIndex(isNode);
  return (end < 0 ? rest : rest.slice(0, end)).map(({ text }) => text);
}

test('a person debugs the flights', async (context) => {
  const home = temporaryFolder('flights');
  context.after(() => home.remove());
  const { folder, line } = copyFlights(home.path);

  await withEditor({ folder, extensions: [packagedExtension] }, async (session) => {
    const workbench = new Workbench(session.page);
    const step = stepsOf(context, workbench);
    const { page } = session;
    await workbench.ready();
    await workbench.openFile('pagerank.ts');

    await step('a click left of a line sets a breakpoint', async () => {
      await workbench.clickGutter(line);
      await workbench.breakpointSigns().first().waitFor();
      assert.equal(await workbench.breakpointSigns().count(), 1);
    });

    await step('F5 stops four nodes there, each a thread', async () => {
      await page.keyboard.press('F5');
      await page.locator('.debug-toolbar').waitFor();
      const rows = await flightsStopped(workbench);
      assert.deepEqual(
        rows.filter(isNode).map(({ text }) => text.slice(0, 6)),
        ['node 0', 'node 1', 'node 2', 'node 3'],
      );
      await workbench.screenshot('flights-stopped');
    });

    await step('nothing of the run listens on TCP', () => {
      const ofLockstep = processesOf(session.runtimeDirectory).filter(({ command }) =>
        /lockstep[^ ]*\/dist\/(coordinator|node)\.js/.test(command),
      );
      assert.equal(ofLockstep.length, 5, 'a coordinator and four nodes');
      assert.deepEqual(listeningSockets(ofLockstep.map(({ pid }) => pid)), []);
    });

    await step('one node is stepped while the others stand', async () => {
      await workbench.callStackRow('node 2').click();
      await page.keyboard.press('F10');
      const rows = await workbench.callStackThat('node 2 is on the next line', (now) =>
        (framesOf(now, 2)[0] ?? '').includes(`pagerank.ts ${line + 1}:`),
      );
      for (const rank of [0, 1, 3]) assert.match(rowOf(rows, rank), /paused on breakpoint/i);
    });

    await step('a node that waits says for what, and can be paused there', async () => {
      await page.keyboard.press('F10');
      await workbench.callStackThat('node 2 waits', (now) =>
        /^node 2 · blocked in allreduce/.test(rowOf(now, 2)),
      );
      await workbench.screenshot('flights-blocked');
      await workbench.clickThreadAction('node 2', 'Pause');
      const rows = await workbench.callStackThat('node 2 is paused', (now) => framesOf(now, 2).length > 0);
      assert.match(framesOf(rows, 2)[0] ?? '', new RegExp(`pagerank\\.ts ${line + 1}:`));
      assert.match(rowOf(rows, 2), /blocked in allreduce/);
      await workbench.variable('change = ').waitFor();
    });

    await step('the topology view shows the nodes, in every theme, for everyone', async () => {
      await workbench.runCommand('Lockstep: Open Topology');
      const view = await workbench.webview('.topology-body');
      await view.getByText('4 paused', { exact: false }).first().waitFor();
      for (const [name, theme] of Object.entries(themes)) {
        await workbench.chooseTheme(theme);
        await workbench.screenshot(`flights-topology-${name}`);
        assert.deepEqual(await accessibilityFindings(view), [], theme);
      }
    });

    await step('without the breakpoint all nodes go on to the end', async () => {
      await page.locator('.tab', { hasText: 'pagerank.ts' }).first().click();
      await workbench.clickGutter(line);
      await workbench.runCommand('Lockstep: Continue All Nodes');
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden', timeout: 30_000 });
      const printed = await workbench.debugConsole();
      await workbench.screenshot('flights-ended');
      assert.ok(
        printed.some((text) => / 1\. ATL 0\.0597/.test(text)),
        `The console shows:\n${printed.join('\n')}`,
      );
    });
  });
});
