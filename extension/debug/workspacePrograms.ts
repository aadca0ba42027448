import * as vscode from '../vscode';
import { isProgramText, programExtensions } from './programText';

const maximumFiles = 400;
const maximumPrograms = 50;
const maximumFileBytes = 256 * 1024;
const include = `**/*.{${programExtensions.join(',')}}`;
const exclude = '**/{node_modules,dist,out,build,.git,.lockstep,coverage}/**';

/** The programs in a folder, or in the whole workspace: a bounded search, for lists. */
export async function findPrograms(
  folder: vscode.WorkspaceFolder | undefined,
  token?: vscode.CancellationToken,
): Promise<vscode.Uri[]> {
  const pattern = folder ? new vscode.RelativePattern(folder, include) : include;
  const files = await vscode.workspace.findFiles(pattern, exclude, maximumFiles, token);
  const found = await Promise.all(files.map(async (uri) => ((await isProgramFile(uri)) ? [uri] : [])));
  return found
    .flat()
    .sort((a, b) => a.fsPath.localeCompare(b.fsPath))
    .slice(0, maximumPrograms);
}

async function isProgramFile(uri: vscode.Uri): Promise<boolean> {
  if (uri.path.endsWith('.d.ts')) return false;
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > maximumFileBytes) return false;
    return isProgramText(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
  } catch {
    return false; // it was removed meanwhile, or cannot be read
  }
}
