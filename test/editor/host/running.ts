import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api } from './extensionUnderTest';
import { type HostTests, eventually } from './hostTests';

/** A file of the open sample. */
export function sampleFile(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'no folder is open');
  return vscode.Uri.joinPath(folder.uri, name);
}

/** The flights, run from the editor. */
export const running: HostTests = {
  'Run Program runs the program in the editor on four nodes, to its end': async () => {
    const { clusters } = await api();
    const printed: string[] = [];
    const subscription = clusters.model.onEvent((event) => {
      if (event.type === 'output') printed.push(...event.text.split('\n'));
    });
    await vscode.window.showTextDocument(sampleFile('pagerank.ts'));
    await vscode.commands.executeCommand('lockstep.runProgram');
    const { job } = await eventually('the job ends', () =>
      clusters.model.jobs().find((record) => record.job.endedAtMs !== undefined),
    );
    assert.equal(job.state, 'succeeded', job.failure?.error.message);
    assert.equal(job.size, 4);
    assert.deepEqual(
      clusters.model.nodes(job.id).map(({ rank, state }) => `${rank} ${state}`),
      ['0 done', '1 done', '2 done', '3 done'],
    );
    await eventually('the first airport is printed', () =>
      printed.some((line) => /^ 1\. ATL 0\.0597/.test(line)),
    );
    subscription.dispose();
  },

  'types of a program are known: no problem in the sample': async () => {
    const uri = sampleFile('pagerank.ts');
    await vscode.window.showTextDocument(uri);
    const hover = await eventually('hover over world.allreduce', async () => {
      const document = await vscode.workspace.openTextDocument(uri);
      const position = document.positionAt(document.getText().indexOf('allreduce(change'));
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        uri,
        position,
      );
      const text = hovers
        .flatMap(({ contents }) => contents)
        .map((part) => (part as vscode.MarkdownString).value);
      return text.join('\n').includes('allreduce') && text.join('\n');
    });
    assert.match(hover, /number/);
    const errors = vscode.languages
      .getDiagnostics(uri)
      .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    assert.deepEqual(
      errors.map(({ message }) => message),
      [],
    );
  },
};
