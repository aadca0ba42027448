import { basename, dirname, extname, join } from 'node:path';
import * as vscode from '../vscode';
import { jobArgument } from '../cluster/nodeAddress';
import type { Lockstep } from '../lockstep';
import { traceText } from '../../runtime/core/timeline/perfetto';
import { pickJob } from './pick';

/** Writes the operations that the editor has of a job into a file for ui.perfetto.dev. */
export async function exportTimeline({ clusters: { model } }: Lockstep, element?: unknown): Promise<void> {
  const recorded = model.jobs().filter(({ job }) => model.operations.events(job.id).length > 0);
  if (recorded.length === 0) {
    const next = 'Operations are recorded while the timeline is open: open it, then run a program.';
    void vscode.window.showInformationMessage(next, 'Open Timeline').then((answer) => {
      if (answer) void vscode.commands.executeCommand('lockstep.openTimeline');
    });
    return;
  }
  const id = jobArgument(element) ?? (await pickJob(recorded, 'Job whose timeline to export'));
  const record = id === undefined ? undefined : model.get(id);
  if (!record) return;
  const { program } = record.job;
  const name = `${basename(program, extname(program))}.trace.json`;
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(dirname(program), name)),
    filters: { 'Perfetto trace': ['json'] },
    saveLabel: 'Export',
  });
  if (!target) return;
  const nodes = model.operations.nodeOperations(record.job.id, model.nodes(record.job.id));
  const encoder = new TextEncoder();
  const chunks = [...traceText(nodes, record.faults.records)].map((piece) => encoder.encode(piece));
  await vscode.workspace.fs.writeFile(target, Buffer.concat(chunks));
  const count = nodes.reduce((sum, { operations }) => sum + operations.length, 0);
  void vscode.window.showInformationMessage(
    `${count} operations are in ${basename(target.fsPath)}. Open it at ui.perfetto.dev.`,
  );
}
