import * as vscode from 'vscode';
import type { Lockstep } from '../lockstep';
import { StartProgress } from './startProgress';

/** A message of the debug adapter protocol, as far as it is looked at here. */
interface ProtocolMessage {
  type: 'request' | 'response' | 'event';
  command?: string;
  event?: string;
  success?: boolean;
}

const steps = new Set(['next', 'stepIn', 'stepOut']);
const starts = new Set(['launch', 'attach']);

/** Looks on while a session talks with its adapter: shows that it starts, and ticks off steps of the walkthrough. */
export class SessionTrackers implements vscode.DebugAdapterTrackerFactory {
  constructor(private readonly lockstep: Lockstep) {}

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    let progress: StartProgress | undefined;
    const ended = (): void => progress?.done();
    return {
      onWillStartSession: () => {
        progress = new StartProgress(session, this.lockstep);
      },
      onWillReceiveMessage({ command }: ProtocolMessage) {
        if (command && steps.has(command)) tick('hasStepped');
      },
      onDidSendMessage({ command, event, success }: ProtocolMessage) {
        if (command && starts.has(command)) {
          if (success) tick('hasRun');
          else ended();
        }
        if (event === 'stopped') tick('hasStopped');
        if (event === 'terminated') ended();
      },
      onWillStopSession: ended,
      onError: ended,
      onExit: ended,
    };
  }
}

function tick(key: 'hasRun' | 'hasStopped' | 'hasStepped'): void {
  void vscode.commands.executeCommand('setContext', `lockstep.${key}`, true);
}
