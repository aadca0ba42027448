import * as vscode from '../vscode';
import type { Lockstep } from '../lockstep';
import { pickFolder } from './pickFolder';

const { joinPath } = vscode.Uri;

/** Writes the types of the package `lockstep` into a workspace folder, so that completion and hover work there. */
export async function setUpFolder({ context }: Lockstep): Promise<void> {
  const folder = await pickFolder('Folder to set up');
  if (!folder) return;
  const target = typesFolder(folder.uri);
  if (await isSomethingElse(target)) {
    const message = `${target.fsPath} holds another package of the same name, so it was left as it is.`;
    void vscode.window.showErrorMessage(message);
    return;
  }
  await installTypes(context, folder.uri);
  void vscode.window.showInformationMessage(`The types of lockstep are in ${target.fsPath}.`);
}

/** Copies the types package to `folder/node_modules/lockstep`, in place of an older one. */
export async function installTypes(context: vscode.ExtensionContext, folder: vscode.Uri): Promise<void> {
  const source = joinPath(context.extensionUri, 'dist', 'types-package');
  await vscode.workspace.fs.copy(source, typesFolder(folder), { overwrite: true });
}

/** Where the types of a folder are, or would be. */
export function typesFolder(folder: vscode.Uri): vscode.Uri {
  return joinPath(folder, 'node_modules', 'lockstep');
}

/** Whether the folder holds a package with code in it: ours has types alone. */
async function isSomethingElse(target: vscode.Uri): Promise<boolean> {
  try {
    const text = new TextDecoder().decode(
      await vscode.workspace.fs.readFile(joinPath(target, 'package.json')),
    );
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest !== 'object' || manifest === null) return true;
    return 'main' in manifest || 'exports' in manifest || 'bin' in manifest;
  } catch {
    return false;
  }
}
