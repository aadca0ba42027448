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
      const [cluster] = clusterTree.getChildren();
      assert.ok(cluster);
      const rows = clusterTree.getChildren(cluster).map((element) => clusterTree.getTreeItem(element));
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
