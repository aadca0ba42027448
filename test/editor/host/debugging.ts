import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { type HostTests, eventually } from './hostTests';
import { sampleFile } from './running';

/** Runs `body` with a debug session of pagerank.ts and the `stopped` events that the editor got from it. */
async function debugging(
  breakpoint: { text: string; condition?: string },
  body: (
    session: vscode.DebugSession,
    stopped: DebugProtocol.StoppedEvent['body'][],
    line: number,
  ) => Promise<void>,
): Promise<void> {
  const uri = sampleFile('pagerank.ts');
  const document = await vscode.workspace.openTextDocument(uri);
  const { line } = document.positionAt(document.getText().indexOf(breakpoint.text));
  const location = new vscode.Location(uri, new vscode.Position(line, 0));
  const sourceBreakpoint = new vscode.SourceBreakpoint(location, true, breakpoint.condition);
  const stopped: DebugProtocol.StoppedEvent['body'][] = [];
  const tracker = vscode.debug.registerDebugAdapterTrackerFactory('lockstep', {
    createDebugAdapterTracker: () => ({
      onDidSendMessage: (message: DebugProtocol.StoppedEvent) => {
        if (message.event === 'stopped') stopped.push(message.body);
      },
    }),
  });
  vscode.debug.addBreakpoints([sourceBreakpoint]);
  try {
    const folder = vscode.workspace.workspaceFolders?.[0];
    const configuration = {
      type: 'lockstep',
      request: 'launch',
      name: 'test',
      program: uri.fsPath,
      nodes: 4,
    };
    assert.ok(await vscode.debug.startDebugging(folder, configuration), 'the session did not start');
    const session = await eventually('a session is active', () => vscode.debug.activeDebugSession);
    await body(session, stopped, line + 1);
  } finally {
    vscode.debug.removeBreakpoints([sourceBreakpoint]);
    await vscode.debug.stopDebugging();
    await eventually('the session ends', () => vscode.debug.activeDebugSession === undefined);
    tracker.dispose();
  }
}

async function topFrame(session: vscode.DebugSession, threadId: number): Promise<DebugProtocol.StackFrame> {
  const { stackFrames } = (await session.customRequest('stackTrace', {
    threadId,
  })) as DebugProtocol.StackTraceResponse['body'];
  const [frame] = stackFrames;
  assert.ok(frame, `thread ${threadId} has no frame`);
  return frame;
}

async function value(session: vscode.DebugSession, threadId: number, expression: string): Promise<string> {
  const { id } = await topFrame(session, threadId);
  const answer = (await session.customRequest('evaluate', {
    expression,
    frameId: id,
    context: 'watch',
  })) as DebugProtocol.EvaluateResponse['body'];
  return answer.result;
}

const threadsOf = (stopped: DebugProtocol.StoppedEvent['body'][]): number[] =>
  [...new Set(stopped.map(({ threadId }) => threadId ?? 0))].sort((a, b) => a - b);

/** One debug session holds the whole cluster. */
export const debuggingTests: HostTests = {
  'a breakpoint stops every node, each a thread, on the TypeScript line': async () => {
    await debugging({ text: 'const change =' }, async (session, stopped, line) => {
      await eventually('four nodes are stopped', () => threadsOf(stopped).length === 4);
      const { threads } = (await session.customRequest('threads')) as DebugProtocol.ThreadsResponse['body'];
      assert.deepEqual(
        threads.map(({ id }) => id),
        [1, 2, 3, 4],
      );
      for (const { id } of threads) {
        const frame = await topFrame(session, id);
        assert.equal(frame.line, line);
        // The editor hands paths on as addresses where its files are not on its own machine.
        assert.match(frame.source?.path ?? '', /\/02-flights\/pagerank\.ts$/);
        assert.equal(await value(session, id, 'rank'), String(id - 1));
      }
      await vscode.commands.executeCommand('lockstep.continueAll');
    });
  },

  'a rank set in the condition stops those nodes alone': async () => {
    const breakpoint = { text: 'const change =', condition: '@0,2-3 && rounds === 2' };
    await debugging(breakpoint, async (session, stopped) => {
      await eventually('three nodes are stopped', () => threadsOf(stopped).length === 3);
      assert.deepEqual(threadsOf(stopped), [1, 3, 4]);
      assert.equal(await value(session, 3, 'rounds'), '2');
    });
  },

  'stepping one node leaves the others where they are': async () => {
    await debugging({ text: 'const change =' }, async (session, stopped, line) => {
      await eventually('four nodes are stopped', () => threadsOf(stopped).length === 4);
      const before = stopped.length;
      await session.customRequest('next', { threadId: 2 });
      await eventually('node 1 has stepped', () => stopped.length > before);
      assert.equal((await topFrame(session, 2)).line, line + 1);
      for (const thread of [1, 3, 4]) assert.equal((await topFrame(session, thread)).line, line);
      assert.deepEqual(
        stopped.slice(before).map(({ threadId, reason }) => ({ threadId, reason })),
        [{ threadId: 2, reason: 'step' }],
      );
    });
  },
};
