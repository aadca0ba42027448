import * as vscode from '../vscode';
import { launchOf } from '../debug/completeConfiguration';
import type { Lockstep } from '../lockstep';

/** Runs the program in the editor, or the one of `uri`, without stopping at breakpoints. */
export async function runProgram(lockstep: Lockstep, uri?: unknown): Promise<void> {
  await startProgram(lockstep, uri, true);
}

/** Debugs the program in the editor, or the one of `uri`. */
export async function debugProgram(lockstep: Lockstep, uri?: unknown): Promise<void> {
  await startProgram(lockstep, uri, false);
}

async function startProgram(lockstep: Lockstep, argument: unknown, noDebug: boolean): Promise<void> {
  const uri = argument instanceof vscode.Uri ? argument : lockstep.program.uri;
  if (!uri) {
    await offerSample();
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  await vscode.debug.startDebugging(folder, launchOf(uri.fsPath), { noDebug });
}

/** Says what a program is, where the file in the editor is none. */
export async function offerSample(): Promise<void> {
  const create = 'Create Sample Workspace';
  const answer = await vscode.window.showInformationMessage(
    'The file in the editor is not a program: a program calls spmd(...) or service(...) of the package lockstep. Open one, or start from a sample.',
    create,
  );
  if (answer === create) await vscode.commands.executeCommand('lockstep.createSample');
}
