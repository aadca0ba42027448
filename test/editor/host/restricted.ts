import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { processesOf } from '../harness/leftovers';
import { api, extension } from './extensionUnderTest';
import type { HostTests } from './hostTests';

interface Manifest {
  contributes: { commands: { command: string }[] };
}

/** Processes of this editor that run a bundle of the extension, or its bundler. */
const started = (): string[] =>
  processesOf(process.env['XDG_RUNTIME_DIR'] ?? '')
    .map(({ command }) => command)
    .filter(
      (command) => command.includes(join(extension().extensionPath, 'dist')) || /esbuild/.test(command),
    );

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2_000));

/** Fired and not awaited: some ask the user something and wait for the answer. */
function call(command: string, ...args: unknown[]): void {
  vscode.commands.executeCommand(command, ...args).then(
    () => undefined,
    () => undefined, // the editor itself refuses to debug here
  );
}

/** In a folder that is not trusted nothing is started, whoever asks for it and how. */
export const restricted: HostTests = {
  'the folder is not trusted, and the extension is there all the same': async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const { clusters } = await api();
    assert.equal(clusters.running, false);
  },

  'no command starts a process': async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const program = vscode.Uri.joinPath(folder.uri, 'pagerank.ts');
    await vscode.window.showTextDocument(program);
    const commands = (extension().packageJSON as Manifest).contributes.commands.map(({ command }) => command);
    assert.ok(commands.length > 20);
    for (const command of [...commands, 'lockstep.pickJob', 'lockstep.revealNode']) {
      for (const argument of [undefined, program, { job: 'job-1', rank: 0 }]) call(command, argument);
    }
    await settle();
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    assert.deepEqual(started(), []);
  },

  'no launch configuration starts one': async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    for (const noDebug of [true, false]) {
      for (const request of ['launch', 'attach']) {
        const configuration = {
          type: 'lockstep',
          request,
          name: 'test',
          program: '${workspaceFolder}/pagerank.ts',
        };
        void Promise.resolve(vscode.debug.startDebugging(folder, configuration, { noDebug })).catch(
          () => undefined,
        );
      }
    }
    await settle();
    assert.deepEqual(started(), []);
    assert.equal(vscode.debug.activeDebugSession, undefined);
  },

  'the coordinator is refused at its source': async () => {
    const { clusters } = await api();
    await assert.rejects(clusters.runDirectory('/'), /Restricted Mode/);
    await assert.rejects(clusters.connect('/'), /Restricted Mode/);
  },
};
