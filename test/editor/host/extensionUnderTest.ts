import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TestApi } from '../../../extension/activate';
import type { JobRecord } from '../../../extension/cluster/jobModel';
import { eventually } from './hostTests';

const extensionId = 'lockstep.lockstep';

/** The extension as the editor knows it. */
export function extension(): vscode.Extension<TestApi> {
  const found = vscode.extensions.getExtension<TestApi>(extensionId);
  if (!found) throw new Error(`${extensionId} is not among the editor's extensions`);
  return found;
}

/** The parts of the extension, activated. */
export async function api(): Promise<TestApi> {
  return extension().activate();
}

/** Runs `body` with a program in a folder of its own, open in the editor, and takes both away afterwards. */
export async function withProgram(text: string, body: (uri: vscode.Uri) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-program-'));
  const file = join(folder, 'program.ts');
  writeFileSync(file, text);
  try {
    const uri = vscode.Uri.file(file);
    await vscode.window.showTextDocument(uri);
    const lockstep = await api();
    await eventually('the program in the editor', () => lockstep.program.uri?.fsPath === file);
    await body(uri);
  } finally {
    await endAll();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The newest job, once `accepts` holds for it. */
export async function jobThat(what: string, accepts: (record: JobRecord) => boolean): Promise<JobRecord> {
  const lockstep = await api();
  return eventually(what, () => {
    const [newest] = lockstep.clusters.model.jobs();
    return newest && accepts(newest) ? newest : undefined;
  });
}

/** Ends every debug session, and every job that still runs. */
async function endAll(): Promise<void> {
  await vscode.debug.stopDebugging();
  const lockstep = await api();
  await eventually('the end of all sessions', () => vscode.debug.activeDebugSession === undefined);
  lockstep.clusters.stop();
}
