import * as vscode from '../vscode';
import { jobArgument, nodeAddress } from '../cluster/nodeAddress';
import type { Lockstep } from '../lockstep';
import type { SourceLocation } from '../../runtime/protocol/node';
import { pickJob, pickNode } from './pick';

/** Shows the output channel of a node; the call stack's menu hands over its thread as a second argument. */
export async function showNodeOutput(lockstep: Lockstep, element?: unknown, thread?: unknown): Promise<void> {
  const address =
    lockstep.sessions.threadArgument(thread) ??
    (await pickNode(lockstep, element, 'Node whose output to show'));
  if (address) lockstep.outputs.show(address.rank);
}

/** What a click on a node does: its thread where it stands in the debugger, else its output. */
export async function revealNode(lockstep: Lockstep, element?: unknown): Promise<void> {
  const address = nodeAddress(element);
  if (!address) return;
  const session = lockstep.sessions.ofJob(address.job);
  const paused = lockstep.clusters.model.node(address.job, address.rank)?.state === 'paused';
  if (session && paused) await lockstep.sessions.focus(session, address.rank);
  else lockstep.outputs.show(address.rank);
}

/** Opens the place in the program where a job failed. */
export async function revealFailure(lockstep: Lockstep, element?: unknown): Promise<void> {
  const failed = lockstep.clusters.model.jobs().filter(({ job }) => job.failure?.at);
  const id = jobArgument(element) ?? (await pickJob(failed, 'Job whose failure to show'));
  const at = id === undefined ? undefined : lockstep.clusters.model.get(id)?.job.failure?.at;
  if (at) await showSource(at);
}

/** Opens a source file that a view names. */
export async function openSource(_lockstep: Lockstep, at?: unknown): Promise<void> {
  if (isSourceLocation(at)) await showSource(at);
}

/** Shows the log of the extension. */
export function showLog({ log }: Lockstep): void {
  log.show();
}

/** Opens the walkthrough. */
export async function openWalkthrough({ context }: Lockstep): Promise<void> {
  await vscode.commands.executeCommand(
    'workbench.action.openWalkthrough',
    `${context.extension.id}#start`,
    false,
  );
}

async function showSource({ file, line, column }: SourceLocation): Promise<void> {
  const position = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  await vscode.window.showTextDocument(vscode.Uri.file(file), {
    selection: new vscode.Range(position, position),
    viewColumn: vscode.ViewColumn.One,
  });
}

function isSourceLocation(value: unknown): value is SourceLocation {
  if (typeof value !== 'object' || value === null) return false;
  const { file, line, column } = value as Partial<Record<keyof SourceLocation, unknown>>;
  return typeof file === 'string' && typeof line === 'number' && typeof column === 'number';
}
