import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { parseConfiguration } from '../../../runtime/core/configuration';
import { labTokenFile } from '../../../runtime/discovery';
import { api, extension } from './extensionUnderTest';
import { eventually, type HostTests } from './hostTests';

/** The workspace's `lockstep.json`, as it is written by hand. */
const configuration = `{
  // machines of the course
  "clusters": {
    "local": { "type": "local", "nodes": 4 } /* everybody's */
  }
}
`;

/** Starts `lockstep agent` on the loopback; resolves once it announces itself. */
async function startAgent(name: string, ...args: string[]): Promise<ChildProcess> {
  const cli = join(extension().extensionPath, 'dist', 'cli.js');
  const words = [cli, 'agent', '--interface', 'lo', '--name', name, ...args];
  const child = spawn('node', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

/** What the view lists: label and description of each machine. */
async function rows(): Promise<string[]> {
  const { foundTree } = await api();
  return foundTree
    .getChildren()
    .map((element) => foundTree.getTreeItem(element))
    .map(({ label, description }) => `${label as string}: ${description as string}`);
}

/** The view "Found on the Network", with a real agent beside it. */
export const foundMachines: HostTests = {
  'nothing is listened to before the view is opened': async () => {
    const { lab } = await api();
    assert.equal(lab.state, 'off');
  },

  'without a token the view says so; Begin a New Lab makes one, for its owner alone': async () => {
    const { lab } = await api();
    await vscode.workspace
      .getConfiguration('lockstep')
      .update('lab.interface', 'lo', vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('lockstep.found.focus');
    await eventually('no token', () => lab.state === 'noToken');
    await vscode.commands.executeCommand('lockstep.newLabToken');
    assert.equal(statSync(labTokenFile()).mode & 0o777, 0o600);
    await eventually('it listens', () => lab.state === 'nobody');
  },

  'a machine is listed with its labels, joins a cluster, and is gone when it leaves': async () => {
    const { foundTree, lab } = await api();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath as string;
    const file = join(folder, 'lockstep.json');
    const before = existsSync(file) ? readFileSync(file) : undefined;
    const agent = await startAgent('lab-7', '--label', 'room=101', '--ssh-user', 'ada');
    try {
      await eventually('the machine', () => lab.state === 'found');
      const [row] = await rows();
      assert.match(row ?? '', /^lab-7: room=101 · \d+ cores? · .* · load [\d.]+$/);
      const [element] = foundTree.getChildren();
      assert.ok(element);
      assert.ok(foundTree.getTreeItem(element).accessibilityInformation?.label);

      writeFileSync(file, configuration);
      await vscode.commands.executeCommand('lockstep.addToCluster', element, 'lab');
      const text = readFileSync(file, 'utf8');
      assert.ok(text.startsWith(configuration.slice(0, configuration.indexOf(' /* every'))), text);
      assert.ok(text.includes("/* everybody's */"));
      const added = parseConfiguration(text, file).clusters['lab'];
      assert.deepEqual(added?.type === 'ssh' && added.hosts, [{ host: '127.0.0.1', user: 'ada' }]);

      await vscode.commands.executeCommand('lockstep.addToCluster', element, 'lab');
      assert.equal(readFileSync(file, 'utf8'), text, 'it is there once');

      const ended = once(agent, 'exit');
      agent.kill('SIGTERM');
      await ended;
      await eventually('it is gone', () => lab.state === 'nobody');
      assert.deepEqual(await rows(), []);
    } finally {
      agent.kill('SIGKILL');
      if (before) writeFileSync(file, before);
      else rmSync(file, { force: true });
    }
  },

  'once the view is hidden nothing is listened to': async () => {
    const { lab } = await api();
    await vscode.commands.executeCommand('workbench.view.explorer');
    await eventually('it has stopped', () => lab.state === 'off');
    rmSync(labTokenFile());
  },
};
