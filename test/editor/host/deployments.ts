import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { stateFolder } from '../../../runtime/core/stateFolder';
import type { DeploymentInfo } from '../../../runtime/protocol/deployment';
import { api, extension } from './extensionUnderTest';
import { eventually, type HostTests } from './hostTests';

/** A machine may be slow, and a replica is healthy only when it has been so for a while. */
const patienceMs = 50_000;
const folder = mkdtempSync(join(tmpdir(), 'lockstep-weather-'));
const program = join(folder, 'weather.ts');
let first: string | undefined;

/** What the view lists of deployments: label and description of each and of its replicas. */
async function rows(): Promise<string[]> {
  const { jobsTree } = await api();
  return jobsTree
    .getChildren()
    .filter(({ type }) => type === 'deployment')
    .flatMap((deployment) => [deployment, ...jobsTree.getChildren(deployment)])
    .map((element) => {
      const { label, description, accessibilityInformation } = jobsTree.getTreeItem(element);
      assert.ok(accessibilityInformation?.label);
      return `${label as string}: ${description as string}`;
    });
}

async function deploymentThat(
  what: string,
  accepts: (info: DeploymentInfo) => boolean,
): Promise<DeploymentInfo> {
  const { deployments } = await api();
  return eventually(
    what,
    () => {
      const info = deployments.get('weather')?.info;
      return info && accepts(info) ? info : undefined;
    },
    patienceMs,
  );
}

const isSteady = ({ phase, inService, size, replicas }: DeploymentInfo): boolean =>
  phase === 'steady' && inService === size && replicas.length === size;

/** The sample with a service, deployed from the editor; what one test leaves is where the next begins. */
export const deployments: HostTests = {
  'Deploy Program deploys the service in the editor; the view shows its replicas': async () => {
    const lockstep = await api();
    cpSync(join(extension().extensionPath, 'dist', 'samples', '05-weather'), folder, { recursive: true });
    writeFileSync(
      join(folder, 'lockstep.json'),
      '{ "clusters": { "local": { "type": "local", "nodes": 2 } } }\n',
    );
    await vscode.commands.executeCommand('lockstep.jobs.focus');
    assert.deepEqual(await rows(), []);
    await vscode.window.showTextDocument(vscode.Uri.file(program));
    await eventually('the program in the editor', () => lockstep.program.uri?.fsPath === program);
    await vscode.commands.executeCommand('lockstep.deployProgram');
    const { version } = await deploymentThat('all replicas in service', isSteady);
    first = version;
    const short = version?.slice(0, 7) ?? '';
    const [deployment, ...replicas] = await rows();
    assert.equal(deployment, `weather: 2 of 2 in service · ${short}`);
    assert.equal(replicas.length, 2);
    replicas.forEach((row, rank) => assert.match(row, new RegExp(`^replica ${rank}: healthy · ${short} · `)));
  },

  'an update that fails its health check is told, and the version before is back': async () => {
    assert.ok(first, 'it is deployed');
    const settings = vscode.workspace.getConfiguration('lockstep');
    await settings.update('deploy.healthTimeout', 4, vscode.ConfigurationTarget.Global);
    try {
      copyFileSync(join(folder, 'weather-3.ts'), program);
      const phases = new Set<string>();
      const { deployments: found } = await api();
      const subscription = found.onChanged(() => phases.add(found.get('weather')?.info?.phase ?? ''));
      await vscode.commands.executeCommand('lockstep.deployProgram', vscode.Uri.file(program));
      const { version } = await deploymentThat('the old version is back', isSteady);
      subscription.dispose();
      assert.equal(version, first);
      assert.ok(phases.has('updating'), [...phases].join());
    } finally {
      await settings.update('deploy.healthTimeout', undefined, vscode.ConfigurationTarget.Global);
    }
    await vscode.commands.executeCommand('lockstep.showLog');
    const told = /weather: replica \d of version \w+ failed on .*The version before, (\w+), is back/;
    const text = await eventually('the log', () => told.exec(logText())?.[1]);
    assert.equal(text, first);
    assert.match(logText(), /the last lines of replica \d[^]*mean \d\d\.\d\d °C/);
  },

  'Undeploy leaves nothing': async () => {
    const { jobsTree } = await api();
    const element = jobsTree.getChildren().find(({ type }) => type === 'deployment');
    assert.ok(element);
    await vscode.commands.executeCommand('lockstep.undeploy', element);
    assert.deepEqual(await rows(), []);
    const state = stateFolder();
    await eventually('the coordinator has left nothing', () => readdirSync(state).join() === 'deployments');
    assert.deepEqual(readdirSync(join(state, 'deployments')), []);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(folder, { recursive: true, force: true });
  },
};

/** What the log of the extension says, where it is shown. */
function logText(): string {
  const log = vscode.workspace.textDocuments.find(
    ({ uri, languageId }) => uri.scheme === 'output' && languageId === 'log',
  );
  return log?.getText() ?? '';
}
