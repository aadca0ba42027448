/** A person runs programs that are wrong: the lines are marked, the Problems view says why, a roll call finds who hangs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withEditor } from '../harness/editorSession';
import { packagedExtension, temporaryFolder } from '../harness/places';
import { copySample } from '../harness/sampleFolder';
import { stepsOf } from '../harness/steps';
import { Workbench } from '../harness/workbench';

/** Node 2 computes for ever, node 1 awaits it, the others wait at a barrier. */
const hanging = `import { spmd } from 'lockstep';

export default spmd(async ({ world }) => {
  let turns = 0;
  if (world.rank === 2) while (turns >= 0) turns += 1;
  if (world.rank === 1) await world.irecv(2, 5);
  world.barrier();
});
`;

const awaiting = `import { spmd } from 'lockstep';

export default spmd(async ({ world, log }) => {
  const other = (world.rank + 1) % world.size;
  log(await world.irecv<string>(other, 3));
});
`;

/** By program: the text of the line that is marked, how, and what is said of it. */
const mistakes: [program: string, line: string, mark: 'error' | 'warning', says: RegExp][] = [
  ['circle.ts', 'world.recv', 'error', /Deadlock: no node can go on/],
  [
    'total.ts',
    'world.reduce',
    'error',
    /Node \d calls allreduce\(SUM\) on world where this node calls reduce/,
  ],
  ['borders.ts', 'world.isend(border, right)', 'warning', /1 request was never completed/],
  ['report.ts', 'world.send', 'warning', /1 message was never received/],
  ['awaiting.ts', 'await world.irecv', 'error', /Deadlock: no node can go on/],
];

const everybody =
  /Node 2 computes at hanging\.ts:5\. Node 1 awaits irecv\(source 2, tag 5\) at hanging\.ts:6\. Nodes 0, 3 wait in barrier at hanging\.ts:7\./;
/** So often the roll is called until all stand where they stay. */
const mostCalls = 10;

test('a person makes mistakes', async (context) => {
  const home = temporaryFolder('mistakes');
  context.after(() => home.remove());
  const folder = copySample('06-mistakes', home.path);
  writeFileSync(join(folder, 'awaiting.ts'), awaiting);
  writeFileSync(join(folder, 'hanging.ts'), hanging);

  await withEditor({ folder, extensions: [packagedExtension] }, async ({ page }) => {
    const workbench = new Workbench(page);
    const step = stepsOf(context, workbench);
    const problems = page.locator('.markers-panel .monaco-list-row');
    await workbench.ready();

    for (const [program, text, mark, says] of mistakes) {
      await step(`${program} is marked at its line`, async () => {
        const lines = readFileSync(join(folder, program), 'utf8').split('\n');
        const line = lines.findIndex((each) => each.includes(text)) + 1;
        await workbench.openFile(program);
        await workbench.runCommand('Lockstep: Run Program');
        await page.locator(`.editor-instance .squiggly-${mark}`).first().waitFor({ timeout: 60_000 });
        await workbench.runCommand('Problems: Focus on Problems View');
        await page.locator('.panel input[placeholder^="Filter"]').first().fill(`**/${program}`);
        const problem = problems
          .filter({ hasText: `[Ln ${line}, ` })
          .filter({ hasText: says })
          .first();
        await problem.waitFor();
        await workbench.screenshot(`mistake-${program.replace('.ts', '')}`);
      });
    }

    await step(
      'a roll call says who computes, who awaits and who waits, and leads to the odd one',
      async () => {
        await workbench.openFile('hanging.ts');
        await workbench.runCommand('Lockstep: Run Program');
        await page.locator('.debug-toolbar').waitFor({ timeout: 60_000 });
        const messages = page.locator('.notification-list-item', { hasText: 'hanging.ts' });
        const message = messages.filter({ hasText: everybody });
        // A node that has just begun to wait is still taken for running.
        for (let call = 1; call <= mostCalls && (await message.count()) === 0; call += 1) {
          await workbench.runCommand('Notifications: Clear All Notifications');
          await workbench.runCommand('Lockstep: Roll Call');
          await messages.first().waitFor();
        }
        await message.waitFor();
        await workbench.screenshot('roll-call');
        await message.getByRole('button', { name: 'Show Line' }).click();
        await page.locator('.statusbar-item', { hasText: /Ln 5,/ }).waitFor();
      },
    );
  });
});
