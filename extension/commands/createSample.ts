import { homedir } from 'node:os';
import * as vscode from '../vscode';
import type { Lockstep } from '../lockstep';
import { isProgramText } from '../debug/programText';
import { rememberFirstFile } from './firstFile';
import { freeName, sampleTitle } from './sampleList';
import { installTypes } from './setUpFolder';

const { joinPath } = vscode.Uri;

/** Copies a sample to a folder of the user's choice, with the types that its editor needs, and opens it. */
export async function createSample({ context }: Lockstep): Promise<void> {
  const samples = await listSamples(joinPath(context.extensionUri, 'dist', 'samples'));
  const sample = await vscode.window.showQuickPick(samples, {
    title: 'Create Sample Workspace',
    placeHolder: 'Sample to start from',
    matchOnDetail: true,
  });
  if (!sample) return;
  const [parent] =
    (await vscode.window.showOpenDialog({
      title: `Where to put the folder ${sample.folder}`,
      openLabel: 'Create Sample Here',
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: vscode.Uri.file(homedir()),
    })) ?? [];
  if (!parent) return;
  const target = await copySample(sample.uri, sample.folder, parent);
  await installTypes(context, target);
  const program = await findProgram(target);
  if (program) await rememberFirstFile(context, target, program);
  await openFolder(target);
}

/** Copies a sample into `parent`, under a name that is not taken there; answers the new folder. */
export async function copySample(
  source: vscode.Uri,
  folder: string,
  parent: vscode.Uri,
): Promise<vscode.Uri> {
  const taken = new Set((await vscode.workspace.fs.readDirectory(parent)).map(([name]) => name));
  const target = joinPath(
    parent,
    freeName(folder, (name) => taken.has(name)),
  );
  await vscode.workspace.fs.copy(source, target, { overwrite: false });
  return target;
}

async function listSamples(
  root: vscode.Uri,
): Promise<(vscode.QuickPickItem & { folder: string; uri: vscode.Uri })[]> {
  const folders = (await vscode.workspace.fs.readDirectory(root))
    .filter(([, type]) => type === vscode.FileType.Directory)
    .map(([name]) => name)
    .sort();
  return Promise.all(
    folders.map(async (folder) => {
      const uri = joinPath(root, folder);
      const { title, summary } = sampleTitle(folder, await readText(joinPath(uri, 'README.md')));
      return { label: title, description: folder, detail: summary, folder, uri };
    }),
  );
}

async function openFolder(folder: vscode.Uri): Promise<void> {
  if (!vscode.workspace.workspaceFolders?.length) {
    await vscode.commands.executeCommand('vscode.openFolder', folder, { forceReuseWindow: true });
    return;
  }
  const [here, there] = ['Open', 'Open in New Window'];
  const answer = await vscode.window.showInformationMessage(
    `The sample is in ${folder.fsPath}.`,
    here,
    there,
  );
  if (!answer) return;
  const forceNewWindow = answer === there;
  await vscode.commands.executeCommand('vscode.openFolder', folder, {
    forceNewWindow,
    forceReuseWindow: !forceNewWindow,
  });
}

async function findProgram(folder: vscode.Uri): Promise<vscode.Uri | undefined> {
  for (const [name, type] of await vscode.workspace.fs.readDirectory(folder)) {
    const uri = joinPath(folder, name);
    if (type === vscode.FileType.File && /\.[cm]?[jt]s$/.test(name) && isProgramText(await readText(uri)))
      return uri;
  }
  return undefined;
}

async function readText(uri: vscode.Uri): Promise<string> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return '';
  }
}
