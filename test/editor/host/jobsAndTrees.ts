import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hasEnded } from '../../../extension/cluster/jobModel';
import { api, jobThat, withProgram } from './extensionUnderTest';
import { eventually, type HostTests } from './hostTests';

const greeting = `import { spmd } from 'lockstep';
export default spmd(({ world, log }) => log('hello from', world.rank));
`;

/** Goes on until it is stopped: node 0 sleeps, the others wait for it. */
const waiting = `import { spmd } from 'lockstep';
export default spmd(({ world }) => {
  if (world.rank > 0) world.recv(0, 7);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
`;

const failing = `import { spmd } from 'lockstep';
export default spmd(({ world }) => {
  if (world.rank === 2) {
    throw new Error('node 2 cannot go on');
  }
  world.barrier();
});
`;

const deadlocked = `import { spmd } from 'lockstep';
export default spmd(({ world }) => {
  if (world.rank === 0) world.recv(1, 4);
  if (world.rank === 1) world.recv(0, 5);
});
`;

/** What Lockstep marks in a file, from above to below. */
const marksIn = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => source === 'lockstep')
    .sort((a, b) => a.range.start.line - b.range.start.line);

const run = (): Thenable<unknown> => vscode.commands.executeCommand('lockstep.runProgram');

/** The text of the output channel of a node, as the editor shows it. */
function outputOf(rank: number): string {
  const document = vscode.workspace.textDocuments.find(
    ({ uri }) => uri.scheme === 'output' && decodeURIComponent(uri.path).includes(`Lockstep Node ${rank}`),
  );
  return document?.getText() ?? '';
}

/** Running, stopping and killing, with the trees and the output that go with it. */
export const jobsAndTrees: HostTests = {
  'a file is a program while it calls spmd': () =>
    withProgram(greeting, async () => {
      const lockstep = await api();
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);
      await editor.edit((edit) => edit.replace(new vscode.Range(1, 0, 1, 1000), ''));
      await eventually('no program', () => lockstep.program.uri === undefined);
      await vscode.commands.executeCommand('undo');
      await eventually('the program again', () => lockstep.program.uri !== undefined);
    }),

  'Run Program runs it on the nodes of the cluster, and the trees show them': () =>
    withProgram(greeting, async (uri) => {
      const { clusterTree, jobsTree } = await api();
      await run();
      const { job } = await jobThat('the end of the job', (record) => hasEnded(record.job.state));
      assert.equal(job.state, 'succeeded', job.failure?.error.message);
      assert.equal(job.program, uri.fsPath);
      const [cluster] = await clusterTree.getChildren();
      assert.ok(cluster);
      const rows = (await clusterTree.getChildren(cluster)).map((element) =>
        clusterTree.getTreeItem(element),
      );
      assert.deepEqual(
        rows.map(({ label, description }) => `${label as string} ${description as string}`),
        [0, 1, 2, 3].map((rank) => `node ${rank} done`),
      );
      for (const row of rows) assert.ok(row.accessibilityInformation?.label);
      const [entry] = jobsTree.getChildren();
      assert.ok(entry);
      assert.match(String(jobsTree.getTreeItem(entry).description), /4 nodes · succeeded in /);
    }),

  "a node's output is in its channel": () =>
    withProgram(greeting, async () => {
      await run();
      const { job } = await jobThat('the end of the job', (record) => hasEnded(record.job.state));
      await vscode.commands.executeCommand('lockstep.showNodeOutput', { job: job.id, rank: 3 });
      await eventually('the output of node 3', () => /^hello from 3$/m.test(outputOf(3)));
      assert.doesNotMatch(outputOf(3), /hello from [012]/);
    }),

  'Stop Job ends a program that never would': () =>
    withProgram(waiting, async () => {
      await run();
      const { job } = await jobThat('a running job', (record) => record.job.state === 'running');
      await vscode.commands.executeCommand('lockstep.stopJob', { job: job.id });
      const stopped = await jobThat('the end of the job', (record) => hasEnded(record.job.state));
      assert.equal(stopped.job.state, 'stopped');
    }),

  'a failed job says where, and the command goes there': () =>
    withProgram(failing, async (uri) => {
      await run();
      const { job } = await jobThat('the end of the job', (record) => hasEnded(record.job.state));
      assert.equal(job.state, 'failed');
      assert.equal(job.failure?.rank, 2);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.commands.executeCommand('lockstep.revealFailure', { job: job.id });
      await eventually(
        'the editor',
        () => vscode.window.activeTextEditor?.document.uri.fsPath === uri.fsPath,
      );
      assert.equal(vscode.window.activeTextEditor?.selection.active.line, 3);
    }),

  'a deadlock marks the lines where nodes wait, each with the others, until the program runs again': () =>
    withProgram(deadlocked, async (uri) => {
      await run();
      await jobThat('the end of the job', (record) => hasEnded(record.job.state));
      const marks = await eventually('the marks', () => {
        const found = marksIn(uri);
        return found.length === 2 && found;
      });
      assert.deepEqual(
        marks.map(({ severity, code, range }) => [severity, code, range.start.line]),
        [
          [vscode.DiagnosticSeverity.Error, 'deadlock', 2],
          [vscode.DiagnosticSeverity.Error, 'deadlock', 3],
        ],
      );
      assert.match(marks[0]?.message ?? '', /They wait for each other: 0 -> 1 -> 0/);
      const [other] = marks[0]?.relatedInformation ?? [];
      assert.equal(other?.location.uri.fsPath, uri.fsPath);
      assert.equal(other.location.range.start.line, 3);
      assert.equal(other.message, 'Node 1 waits in recv(source 0, tag 5) here.');

      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);
      const whole = new vscode.Range(2, 0, 4, 0);
      await editor.edit((edit) => edit.replace(whole, '  if (world.rank === 0) world.isend("x", 1, 4);\n\n'));
      await run();
      await eventually('a warning instead', () => marksIn(uri)[0]?.code === 'leftover');
      const [warning, ...more] = marksIn(uri);
      assert.deepEqual(more, []);
      assert.equal(warning?.severity, vscode.DiagnosticSeverity.Warning);
      assert.equal(warning.range.start.line, 2);
      assert.match(warning.message, /Node 0: 1 request was never completed: isend\(destination 1, tag 4\)/);

      await editor.edit((edit) => edit.replace(whole, '\n\n'));
      await run();
      await eventually('no marks', () => marksIn(uri).length === 0);
    }),

  'Kill Node makes the job fail, and says which node it was': () =>
    withProgram(waiting, async () => {
      await run();
      const { job } = await jobThat('a running job', (record) => record.job.state === 'running');
      await vscode.commands.executeCommand('lockstep.killNode', { job: job.id, rank: 1 });
      const { job: ended, nodes } = await jobThat('the end', (record) => hasEnded(record.job.state));
      assert.equal(ended.state, 'failed');
      assert.equal(nodes[1]?.state, 'dead');
    }),

  'a coordinator that was killed fails its jobs, and the next run starts another': () =>
    withProgram(waiting, async (uri) => {
      const lockstep = await api();
      await run();
      const { job } = await jobThat('a running job', (record) => record.job.state === 'running');
      const { client } = lockstep.clusters.find(job.id);
      process.kill((await client.request('info', {})).pid, 'SIGKILL');
      const lost = await jobThat('the end of the job', (record) => hasEnded(record.job.state));
      assert.equal(lost.job.failure?.error.code, 'coordinatorLost');
      assert.equal(lockstep.clusters.running, false);
      await eventually('the end of the session', () => vscode.debug.activeDebugSession === undefined);
      await vscode.commands.executeCommand('lockstep.runProgram', uri);
      await jobThat('another running job', (record) => record.job.state === 'running');
    }),
};
