/** A person takes two machines of a lab into a cluster, and debugs the flights on them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfiguration } from '../../../runtime/core/configuration';
import { childrenOf, makeKey, type Sshd, startSshd } from '../../remote/sshd';
import { accessibilityFindings } from '../../views/fixtures/accessibility';
import { withEditor } from '../harness/editorSession';
import { copyFlights, flightsStopped } from '../harness/flights';
import { packagedExtension, temporaryFolder } from '../harness/places';
import { themes } from '../harness/themes';
import { stepsOf } from '../harness/steps';
import { Workbench } from '../harness/workbench';

const passphrase = 'correct horse battery staple';

/** A home with an SSH configuration of both machines: the first one's key is not known yet, the second wants a passphrase. */
function makeHome(path: string, first: Sshd, second: Sshd): NodeJS.ProcessEnv {
  mkdirSync(join(path, '.ssh'), { mode: 0o700 });
  mkdirSync(join(path, 'bin'));
  writeFileSync(first.knownHosts, '');
  const locked = makeKey(join(path, '.ssh', 'id_lab'), 'ed25519', passphrase);
  appendFileSync(join(second.directory, 'authorized_keys'), readFileSync(`${locked}.pub`));
  const named = (sshd: Sshd, name: string) =>
    readFileSync(sshd.configFile, 'utf8').replace('Host lab', `Host ${name}`);
  const configuration = `${named(first, 'lab-1')}\n${named(second, 'lab-2').replace(second.identity, locked)}`;
  writeFileSync(join(path, '.ssh', 'config'), configuration);
  // OpenSSH looks into the home that the system knows, not into HOME.
  const ssh = join(path, 'bin', 'ssh');
  writeFileSync(ssh, `#!/bin/sh\nexec /usr/bin/ssh -F ${join(path, '.ssh', 'config')} "$@"\n`);
  chmodSync(ssh, 0o755);
  return { HOME: path, PATH: `${join(path, 'bin')}:${process.env['PATH']}` };
}

test('a person debugs on the machines of a lab', async (context) => {
  const home = temporaryFolder('lab');
  const [first, second] = await Promise.all([startSshd(), startSshd()]);
  context.after(async () => {
    await Promise.all([first.stop(), second.stop()]);
    home.remove();
  });
  const { folder, line } = copyFlights(home.path);
  const env = makeHome(home.path, first, second);
  const args = ['--force-disable-user-env']; // else a login shell sets PATH anew

  await withEditor({ folder, extensions: [packagedExtension], env, args }, async ({ page }) => {
    page.setDefaultTimeout(60_000);
    const workbench = new Workbench(page);
    const step = stepsOf(context, workbench);
    const input = page.locator('.quick-input-widget input[type=text]').first();
    const title = page.locator('.quick-input-title');
    const row = (text: string) =>
      page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    const tree = page.locator('.pane', { hasText: 'Cluster' }).locator('.monaco-list-row');
    await workbench.ready();
    await workbench.openFile('pagerank.ts');

    await step('the machines of the SSH configuration are offered, with a way back', async () => {
      await workbench.pickCommand('Lockstep: Add Lab Machines');
      await row('lab-2').waitFor();
      for (const key of ['ArrowDown', 'Space', 'ArrowDown', 'Space']) await page.keyboard.press(key);
      await page.getByText('2 Selected').first().waitFor();
      await workbench.screenshot('lab-add-machines');
      await page.keyboard.press('Enter');
      await title.filter({ hasText: '(3/5)' }).waitFor();
      await page.locator('.quick-input-titlebar .codicon-quick-input-back').click();
      await title.filter({ hasText: '(1/5)' }).waitFor();
      await page.keyboard.press('Enter');
      await title.filter({ hasText: '(3/5)' }).waitFor();
      await input.fill('0');
      await page.getByText('A whole number from 1 to 64', { exact: false }).first().waitFor();
      await input.fill('2');
      await page.keyboard.press('Enter');
      await title.filter({ hasText: '(4/5)' }).waitFor();
      await page.keyboard.press('Enter');
      await row('Test the connections').click();
    });

    const dialog = page.locator('.monaco-dialog-box');
    const secret = page.locator('.quick-input-widget input[type=password]');

    const trustKey = async () => {
      await dialog.waitFor();
      const printed = execFileSync('ssh-keygen', ['-lf', join(first.directory, 'host_ed25519.pub')], {
        encoding: 'utf8',
      });
      const fingerprint = printed.split(' ')[1] ?? '';
      assert.match(fingerprint, /^SHA256:/);
      assert.ok((await dialog.innerText()).includes(fingerprint), await dialog.innerText());
      await workbench.screenshot('lab-host-key');
      await dialog.locator('.monaco-button', { hasText: 'Trust Host' }).click();
    };

    const wrong = page.getByText('(the last one was wrong)').first();
    const givePassphrase = async () => {
      await secret.fill(passphrase);
      await page.locator('.quick-input-titlebar .codicon-save').click();
      await workbench.screenshot('lab-passphrase');
      await page.keyboard.press('Enter');
    };

    await step(
      'an unknown host key is asked about with the fingerprint that ssh-keygen prints, and a passphrase, hidden',
      async () => {
        // Both machines are connected to at once, and ask in turn: whichever comes first, also after a wrong passphrase.
        for (let isTrusted = false, isGiven = false; !isTrusted || !isGiven;) {
          await dialog.or(secret).first().waitFor();
          if (await dialog.isVisible()) {
            await trustKey();
            await dialog.waitFor({ state: 'hidden' });
            isTrusted = true;
          } else if (await wrong.isVisible()) {
            await givePassphrase();
            isGiven = true;
          } else {
            await secret.fill('wrong');
            await page.keyboard.press('Enter');
            await wrong.or(dialog).first().waitFor();
          }
        }
        await secret.waitFor({ state: 'hidden' });
      },
    );

    await step('the cluster is in lockstep.json, and becomes the current one', async () => {
      const toast = page.locator('.notification-toast', { hasText: 'The cluster lab has 2 new machines.' });
      await toast.waitFor();
      await workbench.screenshot('lab-added');
      const file = join(folder, 'lockstep.json');
      assert.deepEqual(parseConfiguration(readFileSync(file, 'utf8'), file).clusters['lab'], {
        type: 'ssh',
        nodes: 4,
        hosts: [{ host: 'lab-1' }, { host: 'lab-2' }],
      });
      await toast.locator('.monaco-button', { hasText: 'Use It Now' }).click();
      await page.locator('.statusbar-item', { hasText: 'lab · 4 nodes' }).waitFor();
      assert.match(readFileSync(first.knownHosts, 'utf8'), /ssh-ed25519/);
    });

    await step('F5 stops four nodes on two machines, each a thread', async () => {
      await workbench.clickGutter(line);
      await page.keyboard.press('F5');
      await page.locator('.debug-toolbar').waitFor({ timeout: 60_000 });
      await flightsStopped(workbench);
    });

    await step('the tree shows the machines as they are, and their nodes below them', async () => {
      await workbench.runCommand('Lockstep: Focus on Cluster View');
      await tree
        .filter({ hasText: /load \d/ })
        .nth(1)
        .waitFor();
      await tree
        .filter({ hasText: /node \d ?paused/ })
        .nth(3)
        .waitFor();
      const texts = (await tree.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
      assert.equal(texts.length, 7, texts.join('\n'));
      for (const [index, name] of [
        [1, 'lab-1'],
        [4, 'lab-2'],
      ] as const) {
        assert.match(
          texts[index] ?? '',
          new RegExp(`^${name} ?\\d+ cores? · load \\d+\\.\\d · [\\d.]+ m?s · `),
        );
        assert.match(texts[index + 1] ?? '', /^node \d ?paused/);
        assert.match(texts[index + 2] ?? '', /^node \d ?paused/);
      }
      await workbench.runCommand('Lockstep: Open Topology');
      const view = await workbench.webview('.topology-body', 60_000, 400);
      await view
        .getByRole('radio', { name: 'By host' })
        .or(view.getByRole('button', { name: 'By host' }))
        .first()
        .click();
      await view.getByText('lab-2').first().waitFor();
      for (const [name, theme] of Object.entries(themes)) {
        await workbench.chooseTheme(theme);
        await workbench.screenshot(`lab-tree-${name}`);
        assert.deepEqual(await accessibilityFindings(view), [], theme);
      }
      await workbench.narrowSideBar();
      await workbench.screenshot('lab-tree-narrow');
    });

    await step('a link that is lost is shown in the tree, and found again', async () => {
      // The server is held as well: the link would be found again before anyone could see that it was gone.
      process.kill(second.pid, 'SIGSTOP');
      for (const pid of childrenOf(second.pid)) process.kill(pid, 'SIGKILL');
      await tree.filter({ hasText: 'not reachable: trying again' }).first().waitFor();
      await workbench.screenshot('lab-unreachable');
      process.kill(second.pid, 'SIGCONT');
      await tree.filter({ hasText: 'not reachable' }).first().waitFor({ state: 'hidden' });
    });

    await step('what was remembered is forgotten on request', async () => {
      await workbench.runCommand('Lockstep: Forget Saved Passwords');
      await page.locator('.notification-toast', { hasText: 'One password was forgotten.' }).waitFor();
    });

    await step('the program goes on to its end', async () => {
      await page.locator('.tab', { hasText: 'pagerank.ts' }).first().click();
      await workbench.clickGutter(line);
      await workbench.runCommand('Lockstep: Continue All Nodes');
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden', timeout: 60_000 });
      const printed = await workbench.debugConsole();
      await workbench.screenshot('lab-ended');
      assert.ok(
        printed.some((text) => / 1\. ATL 0\.0597/.test(text)),
        printed.join('\n'),
      );
    });
  });
});
