import * as vscode from '../vscode';
import { hasEnded, type JobRecord } from '../cluster/jobModel';
import { type NodeAddress, jobArgument, nodeAddress } from '../cluster/nodeAddress';
import type { Lockstep } from '../lockstep';
import { describeState, type NodeInfo } from '../../runtime/protocol/node';
import { jobRow } from '../views/rows';

/** Asks for one of these jobs; a single one is taken without asking. Undefined where there is none, or on Escape. */
export async function pickJob(records: JobRecord[], title: string): Promise<string | undefined> {
  if (records.length === 0) void vscode.window.showInformationMessage('No job is running.');
  if (records.length <= 1) return records[0]?.job.id;
  const items = records.map(({ job }) => {
    const { label, description } = jobRow(job, Date.now());
    return { label, description, job: job.id };
  });
  return (await vscode.window.showQuickPick(items, { title }))?.job;
}

/** The node that a command is meant for: its argument's, else one that the user picks of the newest job. */
export async function pickNode(
  lockstep: Lockstep,
  argument: unknown,
  title: string,
  accepts: (node: NodeInfo) => boolean = () => true,
): Promise<NodeAddress | undefined> {
  const given = nodeAddress(argument);
  if (given) return given;
  const { model } = lockstep.clusters;
  const running = model.jobs().filter(({ job }) => !hasEnded(job.state));
  const records = running.length > 0 ? running : model.jobs().slice(0, 1);
  const wanted = jobArgument(argument);
  const items = records
    .filter(({ job }) => wanted === undefined || job.id === wanted)
    .flatMap(({ job }) => model.nodes(job.id).filter(accepts))
    .map((node) => ({
      label: `node ${node.rank}`,
      description: describeState(node),
      detail: records.length > 1 ? node.job : undefined,
      node,
    }));
  if (items.length === 0) void vscode.window.showInformationMessage('There is no such node now.');
  if (items.length <= 1) return items[0]?.node;
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.node;
}
