import * as vscode from '../vscode';

const stateKey = 'firstFile';

interface FirstFile {
  folder: string;
  file: string;
}

/** Remembers which file to show when the folder is opened: opening it may restart the extension. */
export async function rememberFirstFile(
  { globalState }: vscode.ExtensionContext,
  folder: vscode.Uri,
  file: vscode.Uri,
): Promise<void> {
  await globalState.update(stateKey, { folder: folder.fsPath, file: file.fsPath } satisfies FirstFile);
}

/** Shows the file that was remembered for the folder that is open now, once. */
export async function showFirstFile({ globalState }: vscode.ExtensionContext): Promise<void> {
  const remembered = globalState.get<FirstFile>(stateKey);
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (!remembered || !folders.some(({ uri }) => uri.fsPath === remembered.folder)) return;
  await globalState.update(stateKey, undefined);
  await vscode.window.showTextDocument(vscode.Uri.file(remembered.file), { preview: false });
}
