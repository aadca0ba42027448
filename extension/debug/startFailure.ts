import * as vscode from '../vscode';
import { errorKinds, type ErrorCode } from '../../runtime/protocol/errors';
import type { Lockstep } from '../lockstep';
import { type NextStep, nextSteps } from './nextSteps';

/** An error as a response of the adapter carries it; see debug-adapter/dap/dapError.ts. */
export interface FailedBody {
  error?: { id?: number; variables?: Record<string, string> };
}

/** Says why a session could not be started, with what can be done about it. */
export async function showStartFailure(
  lockstep: Lockstep,
  session: vscode.DebugSession,
  { error }: FailedBody,
): Promise<void> {
  const message = error?.variables?.['text'] ?? 'The program could not be started.';
  const code = (Object.keys(errorKinds) as ErrorCode[])[(error?.id ?? 0) - 1] ?? 'internal';
  lockstep.log.error(message);
  if (code === 'stopped') return; // by the user, who need not be told
  const steps = nextSteps(code, lockstep.choice.hasFile);
  const step = await vscode.window.showErrorMessage(message, ...steps);
  if (step !== undefined) await take(lockstep, session, step, error?.variables ?? {});
}

async function take(
  { log }: Lockstep,
  { configuration, workspaceFolder }: vscode.DebugSession,
  step: NextStep,
  { file, line }: Record<string, string>,
): Promise<void> {
  if (step === 'Show Log') log.show();
  if (step === 'Open lockstep.json') await vscode.commands.executeCommand('lockstep.openConfiguration');
  if (step === 'Try Again') {
    const noDebug = configuration['noDebug'] === true;
    await vscode.debug.startDebugging(workspaceFolder, configuration, { noDebug });
  }
  if (step === 'Open Known Hosts' && file !== undefined) {
    const at = new vscode.Position(Math.max(0, Number(line ?? 1) - 1), 0);
    await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at) });
  }
}
