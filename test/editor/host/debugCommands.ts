import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { hasEnded } from '../../../extension/cluster/jobModel';
import {
  initialConfigurations,
  workspaceConfigurations,
} from '../../../extension/debug/configurationProviders';
import { findPrograms } from '../../../extension/debug/workspacePrograms';
import { findJobs } from '../../../runtime/client';
import { api, extension, jobThat, withProgram } from './extensionUnderTest';
import { eventually, type HostTests } from './hostTests';

const counting = `import { spmd } from 'lockstep';
export default spmd(({ world, log }) => {
  let count = world.rank;
  count += 1;
  count += 2;
  count += 3;
  log(count);
});
`;
/** The line of \`count += 1\`, counted from 1. */
const firstLine = 4;

/** Goes on until it is stopped: node 0 sleeps, the others wait for it. */
const waiting = `import { spmd } from 'lockstep';
export default spmd(({ world }) => {
  if (world.rank > 0) world.recv(0, 7);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
`;

/** Debugs a program with a breakpoint until all four nodes stand at it. */
function stoppedAt(
  line: number,
  body: (session: vscode.DebugSession, job: string) => Promise<void>,
): Promise<void> {
  return withProgram(counting, async (uri) => {
    const breakpoint = new vscode.SourceBreakpoint(
      new vscode.Location(uri, new vscode.Position(line - 1, 0)),
    );
    vscode.debug.addBreakpoints([breakpoint]);
    try {
      await vscode.commands.executeCommand('lockstep.debugProgram');
      const { job } = await allNodes('paused');
      await body(await activeSession(), job.id);
    } finally {
      vscode.debug.removeBreakpoints([breakpoint]);
    }
  });
}

const allNodes = (state: string): ReturnType<typeof jobThat> =>
  jobThat(
    `all nodes ${state}`,
    ({ nodes }) => nodes.length === 4 && nodes.every((node) => node.state === state),
  );

const activeSession = (): Promise<vscode.DebugSession> =>
  eventually('a session', () => vscode.debug.activeDebugSession);

async function linesOf(session: vscode.DebugSession): Promise<number[]> {
  const threads = [1, 2, 3, 4];
  return Promise.all(
    threads.map(async (threadId) => {
      const body: unknown = await session.customRequest('stackTrace', { threadId });
      return (body as DebugProtocol.StackTraceResponse['body']).stackFrames[0]?.line ?? 0;
    }),
  );
}

/** Until every node stands on the line that is expected of it. */
const standAt = (session: vscode.DebugSession, expected: number[]): Promise<unknown> =>
  eventually(`nodes at ${expected.join(', ')}`, async () => {
    const lines = await linesOf(session).catch(() => []); // a node that moves has no stack
    return lines.join() === expected.join();
  });

const focus = async (job: string, rank: number): Promise<void> => {
  await vscode.commands.executeCommand('lockstep.focusNode', { job, rank });
  await eventually(`the focus on node ${rank}`, () => vscode.debug.activeStackItem?.threadId === rank + 1);
};

/** `lockstep run`, as in a terminal beside the editor. */
function runInTerminal(program: string): ChildProcess {
  const cli = join(extension().extensionPath, 'dist', 'cli.js');
  return spawn(process.execPath, [cli, 'run', program, '--nodes', '4'], { stdio: 'ignore' });
}

/** The commands that move the debugger's focus and the nodes, and the configurations. */
export const debugCommands: HostTests = {
  'Focus Node brings a stopped node to the front, here and in the views': () =>
    stoppedAt(firstLine, async (_session, job) => {
      const { selection } = await api();
      for (const rank of [3, 1]) {
        await focus(job, rank);
        await eventually('the views', () => selection.node?.rank === rank);
        assert.equal(selection.node?.job, job);
      }
    }),

  'Focus Node pauses a node that runs or waits': () =>
    withProgram(waiting, async () => {
      await vscode.commands.executeCommand('lockstep.debugProgram');
      const { job } = await jobThat('a node that waits', ({ nodes }) => nodes[2]?.state === 'blocked');
      await focus(job.id, 2);
      const { nodes } = await jobThat('node 2 paused', (record) => record.nodes[2]?.state === 'paused');
      assert.notEqual(nodes[1]?.state, 'paused');
    }),

  'Step Over This Node moves one, Step Over All Nodes Together moves all': () =>
    stoppedAt(firstLine, async (session, job) => {
      await focus(job, 2);
      await vscode.commands.executeCommand('lockstep.stepOverNode');
      await standAt(session, [firstLine, firstLine, firstLine + 1, firstLine]);
      await eventually('the focus', () => vscode.debug.activeStackItem?.threadId === 3);
      await vscode.commands.executeCommand('lockstep.stepOverTogether');
      await standAt(session, [firstLine + 1, firstLine + 1, firstLine + 2, firstLine + 1]);
    }),

  'Continue All Nodes lets all go on, to the end': () =>
    stoppedAt(firstLine, async () => {
      await vscode.commands.executeCommand('lockstep.continueAll');
      const { job } = await jobThat('the end of the job', (record) => hasEnded(record.job.state));
      assert.equal(job.state, 'succeeded');
    }),

  'Pause All Nodes stops nodes that sleep and nodes that wait': () =>
    withProgram(waiting, async () => {
      await vscode.commands.executeCommand('lockstep.debugProgram');
      await jobThat('nodes that wait', ({ nodes }) => nodes[3]?.state === 'blocked');
      await activeSession();
      await vscode.commands.executeCommand('lockstep.pauseAll');
      await allNodes('paused');
    }),

  'Pause All Nodes while the program is being started stops each node on its first line': () =>
    withProgram(counting, async () => {
      let launching = false;
      const tracking = vscode.debug.registerDebugAdapterTrackerFactory('lockstep', {
        createDebugAdapterTracker: () => ({
          onWillReceiveMessage: ({ command }: DebugProtocol.Request) => {
            if (command === 'launch') launching = true;
          },
        }),
      });
      try {
        const started = vscode.commands.executeCommand('lockstep.debugProgram');
        await eventually('the launch', () => launching);
        await vscode.commands.executeCommand('lockstep.pauseAll');
        await started;
        await allNodes('paused');
        await standAt(await activeSession(), new Array<number>(4).fill(firstLine - 1));
      } finally {
        tracking.dispose();
      }
    }),

  'a job of a terminal can be attached to, is shown, and goes on afterwards': () =>
    withProgram(waiting, async (uri) => {
      const lockstep = await api();
      await lockstep.clusters.runDirectory(vscode.Uri.joinPath(uri, '..').fsPath);
      const terminal = runInTerminal(uri.fsPath);
      try {
        await eventually('the job', async () =>
          (await findJobs()).some(({ job }) => job.program === uri.fsPath),
        );
        const configuration = { type: 'lockstep', request: 'attach', name: 'attach', job: 'job-1' };
        assert.ok(await vscode.debug.startDebugging(undefined, configuration));
        const { job } = await jobThat(
          'the job',
          (record) => record.job.debugged && record.nodes.length === 4,
        );
        assert.equal(job.id, 'job-1 (cluster 2)', 'set apart from jobs of the own coordinator');
        await eventually('the nodes in the debugger', async () => {
          const body: unknown = await lockstep.sessions.ofJob(job.id)?.customRequest('threads');
          return (body as DebugProtocol.ThreadsResponse['body'] | undefined)?.threads.length === 4;
        });
        await focus(job.id, 1);
        await vscode.debug.activeDebugSession?.customRequest('disconnect', { terminateDebuggee: false });
        await jobThat('the job without debugger', (record) => !record.job.debugged);
        assert.equal(terminal.exitCode, null, 'it goes on');
      } finally {
        const ended = once(terminal, 'exit');
        terminal.kill('SIGINT');
        await ended;
      }
    }),

  'every program of the workspace is offered as a configuration': async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    const offered = await workspaceConfigurations.provideDebugConfigurations?.(folder);
    assert.deepEqual(offered, [
      {
        type: 'lockstep',
        request: 'launch',
        name: 'Debug pagerank.ts',
        program: '${workspaceFolder}/pagerank.ts',
      },
    ]);
    assert.deepEqual(await initialConfigurations.provideDebugConfigurations?.(folder), offered);
    assert.equal((await findPrograms(folder)).length, 1);
  },
};
