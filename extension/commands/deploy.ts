import { basename, dirname, extname } from 'node:path';
import * as vscode from '../vscode';
import { readSettings } from '../config';
import { EditorAnswers } from '../debug/editorAnswers';
import { loadRuntime } from '../loadRuntime';
import type { Lockstep } from '../lockstep';
import { deploymentError, type DeploymentInfo } from '../../runtime/protocol/deployment';
import { describeHost } from '../../runtime/protocol/host';
import { deploymentRow } from '../views/deploymentRows';
import { offerSample } from './runProgram';

const healthTimeoutMs = 30_000;

/** Deploys the service in the editor, or the one of `argument`, under its file's name, on the chosen cluster. */
export async function deployProgram(lockstep: Lockstep, argument?: unknown): Promise<void> {
  const uri = argument instanceof vscode.Uri ? argument : lockstep.program.uri;
  if (!uri) return offerSample();
  const program = uri.fsPath;
  const name = basename(program, extname(program)).replace(/[^A-Za-z0-9_-]/g, '-');
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri ?? vscode.Uri.file(dirname(program));
  const options = { location: vscode.ProgressLocation.Notification, title: `Deploying ${name}` };
  const outcome = await vscode.window.withProgress(options, async (progress) => {
    const client = await loadRuntime().openDeployment(name, {
      workspace: folder.fsPath,
      node: readSettings(folder).node,
      distribution: vscode.Uri.joinPath(lockstep.context.extensionUri, 'dist').fsPath,
    });
    try {
      client.answer(new EditorAnswers(lockstep.context.secrets));
      client.onEvent((event) => {
        if (event.type === 'deploymentChanged') progress.report({ message: serviceOf(event.deployment) });
        if (event.type === 'hostChanged')
          progress.report({ message: `${event.host.name}: ${describeHost(event.host)}` });
      });
      await client.request('subscribe', { events: ['deploymentChanged', 'hostChanged'] });
      const spec = {
        program,
        workspace: folder.fsPath,
        cluster: lockstep.choice.chosen(),
        healthTimeoutMs,
        args: [],
      };
      const lost = new Promise<never>((_, reject) => client.onClosed(reject));
      return await Promise.race([client.request('deploy', spec), lost]);
    } finally {
      client.dispose();
      void lockstep.deployments.look();
    }
  });
  const error = deploymentError(name, outcome);
  if (error) throw error;
  const version = outcome.deployment.version ?? '';
  void vscode.window.showInformationMessage(`${name}: version ${version}, ${serviceOf(outcome.deployment)}`);
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

function serviceOf({ inService, size }: DeploymentInfo): string {
  return `${inService} of ${size} in service`;
}
