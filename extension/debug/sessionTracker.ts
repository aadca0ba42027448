import * as vscode from '../vscode';
import type { CustomEvents } from '../../debug-adapter';
import type { Lockstep } from '../lockstep';
import type { AdapterFactory } from './adapterFactory';
import { type FailedBody, showStartFailure } from './startFailure';
import { StartProgress } from './startProgress';

/** A message of the debug adapter protocol, as far as it is looked at here. */
interface ProtocolMessage {
  type: 'request' | 'response' | 'event';
  command?: string;
  event?: string;
  success?: boolean;
  body?: unknown;
}

const steps = new Set(['next', 'stepIn', 'stepOut']);
const starts = new Set(['launch', 'attach']);

/**
 * Looks on while a session talks with its adapter: shows that it starts, notes which job it has, and ticks off steps
 * of the walkthrough. It hears the adapter in this process, before the editor's window does.
 */
export class SessionTrackers implements vscode.DebugAdapterTrackerFactory {
  constructor(
    private readonly lockstep: Lockstep,
    private readonly adapters: AdapterFactory,
  ) {}

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    let progress: StartProgress | undefined;
    const ended = (): void => {
      progress?.done();
      this.lockstep.sessions.ended(session);
    };
    return {
      onWillStartSession: () => {
        progress = new StartProgress(session, this.lockstep);
        this.lockstep.sessions.starts(session);
      },
      onWillReceiveMessage({ command }: ProtocolMessage) {
        if (command && steps.has(command)) tick('hasStepped');
      },
      onDidSendMessage: ({ command, event, success, body }: ProtocolMessage) => {
        if (event === 'lockstep/jobStarted') this.adapters.began(session, body as CustomEvents[typeof event]);
        if (command && starts.has(command)) {
          if (success) tick('hasRun');
          else {
            ended();
            void showStartFailure(this.lockstep, session, body as FailedBody);
          }
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
