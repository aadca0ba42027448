/** Commands about services: deploying one, and ending what was deployed. */
import { basename, dirname, extname } from 'node:path';
import * as vscode from '../vscode';
import { readSettings } from '../config';
import { loadRuntime } from '../loadRuntime';
import type { Lockstep } from '../lockstep';
import {
  deploymentError,
  type DeploymentFailure,
  type DeploymentInfo,
  type DeployOutcome,
} from '../../runtime/protocol/deployment';
import { describeHost } from '../../runtime/protocol/host';
import { deploymentRow } from '../views/deploymentRows';
import { offerSample } from './runProgram';

/** Deploys the service in the editor, or the one of `argument`, on the chosen cluster; asks for its name where that is open. */
export async function deployProgram(lockstep: Lockstep, argument?: unknown, named?: unknown): Promise<void> {
  const uri = argument instanceof vscode.Uri ? argument : lockstep.program.uri;
  if (!uri) return offerSample();
  // What is deployed is what the user sees, as when a program is run.
  if (!(await vscode.workspace.saveAll(false))) return;
  const name = typeof named === 'string' ? named : await pickName(lockstep, uri.fsPath);
  if (name === undefined) return;
  const location = vscode.ProgressLocation.Notification;
  const result = await vscode.window.withProgress({ location, title: `Deploying ${name}` }, (progress) =>
    deploy(lockstep, uri, name, (message) => progress.report({ message })),
  );
  const error = deploymentError(name, result);
  if (error && result.failure) logFailure(lockstep, name, result.failure);
  if (error) throw error;
  const { version = '' } = result.deployment;
  const already = result.outcome === 'unchanged' ? 'already ' : '';
  void vscode.window.showInformationMessage(
    `${name}: version ${version}, ${already}${serviceOf(result.deployment)}.`,
  );
}

async function deploy(
  lockstep: Lockstep,
  uri: vscode.Uri,
  name: string,
  tell: (message: string) => void,
): Promise<DeployOutcome> {
  const program = uri.fsPath;
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri ?? vscode.Uri.file(dirname(program));
  const workspace = folder.fsPath;
  const { node, nodes, healthTimeoutMs } = readSettings(uri);
  const distribution = vscode.Uri.joinPath(lockstep.context.extensionUri, 'dist').fsPath;
  const client = await loadRuntime().openDeployment(name, { workspace, node, distribution });
  try {
    client.answer(lockstep.answers);
    client.onEvent((event) => {
      if (event.type === 'deploymentChanged') {
        tell(serviceOf(event.deployment));
        lockstep.deployments.told(event.deployment);
      }
      if (event.type === 'hostChanged') tell(`${event.host.name}: ${describeHost(event.host)}`);
    });
    await client.request('subscribe', { events: ['deploymentChanged', 'hostChanged'] });
    const cluster = lockstep.choice.chosen();
    const spec = { program, workspace, cluster, nodes, healthTimeoutMs, args: [] };
    const lost = new Promise<never>((_, reject) => client.onClosed(reject));
    return await Promise.race([client.request('deploy', spec), lost]);
  } finally {
    client.dispose();
    void lockstep.deployments.look();
  }
}

/** Ends a deployment, or forgets one whose coordinator is gone. */
export async function undeploy(lockstep: Lockstep, element?: unknown): Promise<void> {
  const name = nameOf(element) ?? (await pickDeployment(lockstep));
  if (name === undefined) return;
  const runtime = loadRuntime();
  const options = { location: vscode.ProgressLocation.Notification, title: `Undeploying ${name}` };
  await vscode.window.withProgress(options, async () => {
    if (runtime.forgetDeployment(name)) return;
    const client = await runtime.connectDeployment(name);
    try {
      await client.request('undeploy', {});
    } finally {
      client.dispose();
    }
  });
  await lockstep.deployments.look();
}

/** The name of the program's file, unless the user says that the program is a version of what its folder has deployed. */
async function pickName({ deployments }: Lockstep, program: string): Promise<string | undefined> {
  const own = basename(program, extname(program)).replace(/[^A-Za-z0-9_-]/g, '-');
  await deployments.look();
  const siblings = deployments
    .list()
    .filter(({ info }) => info && dirname(info.program) === dirname(program))
    .map(({ name }) => name);
  if (siblings.length === 0 || siblings.includes(own)) return own;
  const items = [
    ...siblings.map((name) => ({ label: name, description: 'update it to this program', name })),
    { label: own, description: 'new, beside what is deployed', name: own },
  ];
  return (await vscode.window.showQuickPick(items, { title: `Deploy ${basename(program)} as` }))?.name;
}

async function pickDeployment({ deployments }: Lockstep): Promise<string | undefined> {
  await deployments.look();
  const items = deployments.list().map((found) => {
    const { label, description } = deploymentRow(found);
    return { label, description };
  });
  if (items.length === 0) {
    void vscode.window.showInformationMessage('Nothing is deployed.');
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title: 'Deployment to end' }))?.label;
}

function nameOf(element: unknown): string | undefined {
  const { type, name } = (element ?? {}) as { type?: unknown; name?: unknown };
  return type === 'deployment' && typeof name === 'string' ? name : undefined;
}

/** Keeps the last words of the replica that failed where "Show Log" leads. */
function logFailure(
  { log }: Lockstep,
  name: string,
  { rank, version, output, stack }: DeploymentFailure,
): void {
  log.info(`${name}: the last lines of replica ${rank} of version ${version}:`);
  for (const line of [...output, ...(stack ?? '').split('\n').filter(Boolean)]) log.info(`  ${line}`);
}

function serviceOf({ inService, size }: DeploymentInfo): string {
  return `${inService} of ${size} in service`;
}
