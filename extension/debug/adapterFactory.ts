import { dirname } from 'node:path';
import * as vscode from '../vscode';
import type { CustomEvents } from '../../debug-adapter';
import { LockstepError } from '../../runtime/protocol/errors';
import { readSettings } from '../config';
import { loadRuntime } from '../loadRuntime';
import type { Lockstep } from '../lockstep';

/**
 * Makes a debug adapter in this process for each session. The adapter has a connection of its own to the coordinator
 * that the trees and views are fed from, so they show the job that is debugged.
 */
export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory, vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private readonly runDirectories = new Map<string, string>();

  constructor(private readonly lockstep: Lockstep) {
    this.subscription = vscode.debug.onDidTerminateDebugSession(({ id }) => this.runDirectories.delete(id));
  }

  async createDebugAdapterDescriptor(session: vscode.DebugSession): Promise<vscode.DebugAdapterDescriptor> {
    if (!vscode.workspace.isTrusted) throw new LockstepError('restrictedMode');
    const { clusters } = this.lockstep;
    const { request, runDirectory } = session.configuration;
    if (request === 'attach' && typeof runDirectory === 'string') {
      this.runDirectories.set(session.id, runDirectory);
      await clusters.connect(runDirectory);
    }
    const { step, outputBytesPerSecond } = readSettings(session.workspaceFolder?.uri);
    const { Client, LockstepDebugAdapter, connect } = loadRuntime();
    const adapter = new LockstepDebugAdapter({
      openClient: async ({ program }) => {
        const directory = await clusters.runDirectory(
          session.workspaceFolder?.uri.fsPath ?? dirname(program),
        );
        this.runDirectories.set(session.id, directory);
        const client = await connect(directory);
        client.answer(this.lockstep.answers);
        return client;
      },
      releaseClient: (client) => {
        if (client instanceof Client) client.dispose();
      },
      defaultStep: step,
      clientShowsErrors: false,
      outputBytesPerSecond,
    });
    return new vscode.DebugAdapterInlineImplementation(adapter);
  }

  /** To be called when a session's adapter says that it has its job. */
  began(session: vscode.DebugSession, { job }: CustomEvents['lockstep/jobStarted']): void {
    const runDirectory = this.runDirectories.get(session.id);
    if (runDirectory) this.lockstep.sessions.began(session, runDirectory, job.id);
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
