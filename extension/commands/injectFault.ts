import * as vscode from '../vscode';
import { jobArgument, type NodeAddress, nodeAddress } from '../cluster/nodeAddress';
import type { JobRecord } from '../cluster/jobModel';
import { cutBetween, type FaultTarget } from '../faults/faultChoices';
import { type Asker, askFault, targetName } from '../faults/faultDialog';
import type { Lockstep } from '../lockstep';
import { LockstepError } from '../../runtime/protocol/errors';
import { describeFault, type Fault, type LastingFault } from '../../runtime/protocol/faults';
import { describeState } from '../../runtime/protocol/node';
import { faultsOfNode } from '../../webviews/shared/faultWords';
import { pickJob } from './pick';

/** Lets something go wrong on purpose: of the node of a tree, of all that are selected there, of a view's node or link. */
export async function injectFault(lockstep: Lockstep, element?: unknown, selection?: unknown): Promise<void> {
  const wanted =
    linkTarget(element) ?? nodesTarget(element, selection) ?? (await pickTarget(lockstep, element));
  if (!wanted) return;
  const record = runningJob(lockstep, wanted.job);
  const { target } = wanted;
  const job = { size: record.job.size, active: record.faults.active };
  const decision = await askFault(asker(`Inject Fault: ${targetName(target)}`), target, job);
  if (!decision) return;
  if (decision.type === 'end') await end(lockstep, wanted.job, [decision.fault]);
  else await inject(lockstep, wanted.job, decision.faults);
}

/** Cuts the way between two nodes, as a view asks. */
export async function cutLink(lockstep: Lockstep, element?: unknown): Promise<void> {
  const link = linkTarget(element);
  if (link?.target.type === 'link')
    await inject(lockstep, link.job, [cutBetween(link.target.from, link.target.to)]);
}

/** Ends faults: the one that is named, those of a node, or all of a job. */
export async function healFaults(lockstep: Lockstep, element?: unknown): Promise<void> {
  const { model } = lockstep.clusters;
  const faulty = model.running().filter(({ faults }) => faults.active.length > 0);
  if (faulty.length === 0) {
    void vscode.window.showInformationMessage('Nothing goes wrong on purpose now: there is nothing to heal.');
    return;
  }
  const job = jobArgument(element) ?? (await pickJob(faulty, 'Job to heal'));
  if (job === undefined) return;
  const { active } = runningJob(lockstep, job).faults;
  const named = (element as { fault?: unknown } | undefined)?.fault;
  const node = nodeAddress(element);
  if (node) await end(lockstep, job, faultsOfNode(active, node.rank));
  else if (named === undefined) await inject(lockstep, job, [{ fault: 'heal' }]);
  else await end(lockstep, job, active.filter((fault) => describeFault(fault) === named).slice(0, 1));
}

interface JobTarget {
  job: string;
  target: FaultTarget;
}

function linkTarget(element: unknown): JobTarget | undefined {
  const job = jobArgument(element);
  const { from, to } = (element ?? {}) as { from?: unknown; to?: unknown };
  if (job === undefined || typeof from !== 'number' || typeof to !== 'number') return undefined;
  return { job, target: { type: 'link', from, to } };
}

/** A tree hands over the row that was asked on, and all that are selected where that is one of them. */
function nodesTarget(element: unknown, selection: unknown): JobTarget | undefined {
  const node = nodeAddress(element);
  if (!node) return undefined;
  const selected = Array.isArray(selection) ? selection.map(nodeAddress) : [];
  const ranks = [node, ...selected]
    .filter((each): each is NodeAddress => each?.job === node.job)
    .map(({ rank }) => rank);
  return { job: node.job, target: { type: 'nodes', ranks: [...new Set(ranks)].sort((a, b) => a - b) } };
}

async function pickTarget(
  { clusters: { model } }: Lockstep,
  element: unknown,
): Promise<JobTarget | undefined> {
  const job =
    jobArgument(element) ?? (await pickJob(model.running(), 'Job in which something is to go wrong'));
  if (job === undefined) return undefined;
  const items = model
    .nodes(job)
    .filter(({ state }) => state !== 'dead' && state !== 'done')
    .map((node) => ({ label: `node ${node.rank}`, description: describeState(node), rank: node.rank }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Inject Fault',
    placeHolder: 'Nodes that something is to happen to',
    canPickMany: true,
  });
  if (!picked || picked.length === 0) return undefined;
  return { job, target: { type: 'nodes', ranks: picked.map(({ rank }) => rank) } };
}

function runningJob({ clusters: { model } }: Lockstep, job: string): JobRecord {
  const record = model.running().find((each) => each.job.id === job);
  if (record) return record;
  const ended = model.get(job);
  if (ended) throw new LockstepError('jobEnded', { job, state: ended.job.state });
  throw new LockstepError('unknownJob', { job, known: 'none' });
}

async function inject({ clusters }: Lockstep, id: string, faults: readonly Fault[]): Promise<void> {
  const { client, job } = clusters.find(id);
  for (const fault of faults) await client.request('injectFault', { job, fault });
  say(faults.map(describeFault));
}

async function end({ clusters }: Lockstep, id: string, faults: readonly LastingFault[]): Promise<void> {
  const { client, job } = clusters.find(id);
  for (const fault of faults) await client.request('endFault', { job, fault });
  say(faults.map((fault) => `${describeFault(fault)} ended`));
}

/** The views show it too; this says it to whoever sees none of them. */
function say(what: readonly string[]): void {
  void vscode.window.setStatusBarMessage(`$(zap) ${what.join('; ')}`, 5000);
}

function asker(title: string): Asker {
  return {
    async pick(question, items) {
      const picked = await vscode.window.showQuickPick(
        items.map(({ label, description, detail, icon, value }) => ({
          ...{ label, description, detail, value },
          ...(icon !== undefined && { iconPath: new vscode.ThemeIcon(icon) }),
          ...(value === undefined && { kind: vscode.QuickPickItemKind.Separator }),
        })),
        { title, placeHolder: question, matchOnDetail: true },
      );
      return picked?.value;
    },
    async type(question, value, problem) {
      return vscode.window.showInputBox({ title, prompt: question, value, validateInput: problem });
    },
  };
}
