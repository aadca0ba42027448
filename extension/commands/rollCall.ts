import * as vscode from '../vscode';
import { jobArgument } from '../cluster/nodeAddress';
import type { Lockstep } from '../lockstep';
import { pickJob } from './pick';

/** Asks where every node of a running job is, and shows it: who computes, who waits, and for what. */
export async function rollCall(lockstep: Lockstep, element?: unknown): Promise<string | undefined> {
  const running = lockstep.clusters.model.running();
  const picked = jobArgument(element) ?? (await pickJob(running, 'Job whose nodes are called'));
  if (picked === undefined) return undefined;
  const { client, job } = lockstep.clusters.find(picked);
  const { groups, text } = await client.request('rollCall', { job });
  lockstep.log.info(`Roll call of ${picked}:\n${text}`);
  const at = groups[0]?.at;
  // Not awaited: the message may stand for long, and whoever called the command need not wait for it.
  void vscode.window
    .showInformationMessage(text.replaceAll('\n', ' '), ...(at ? ['Show Line'] : []))
    .then((answer) => {
      if (!answer || !at) return;
      const position = new vscode.Position(at.line - 1, at.column - 1);
      const selection = new vscode.Range(position, position);
      void vscode.window.showTextDocument(vscode.Uri.file(at.file), { selection });
    });
  return text;
}
