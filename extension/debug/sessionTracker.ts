import * as vscode from 'vscode';
import { StartProgress } from './startProgress';

/** A message of the debug adapter protocol, as far as it is looked at here. */
interface ProtocolMessage {
  type: 'request' | 'response' | 'event';
  command?: string;
  event?: string;
}

const steps = new Set(['next', 'stepIn', 'stepOut']);
const answersOfStart = new Set(['launch', 'attach']);

/** Looks on while a session talks with its adapter: shows that it starts, and ticks off steps of the walkthrough. */
export const sessionTracker: vscode.DebugAdapterTrackerFactory = {
  createDebugAdapterTracker(session): vscode.DebugAdapterTracker {
    let progress: StartProgress | undefined;
    const ended = (): void => progress?.done();
    return {
      onWillStartSession() {
        progress = new StartProgress(session);
      },
      onWillReceiveMessage({ command }: ProtocolMessage) {
        if (command && steps.has(command)) tick('hasStepped');
      },
      onDidSendMessage({ type, command, event }: ProtocolMessage) {
        if (type === 'response' && command && answersOfStart.has(command)) {
          progress?.done();
          tick('hasRun');
        }
        if (event === 'stopped') tick('hasStopped');
        if (event === 'terminated') ended();
      },
      onWillStopSession: ended,
      onError: ended,
      onExit: ended,
    };
  },
};

function tick(key: 'hasRun' | 'hasStopped' | 'hasStepped'): void {
  void vscode.commands.executeCommand('setContext', `lockstep.${key}`, true);
}
