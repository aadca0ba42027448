import * as vscode from '../vscode';
import { configurationUri } from '../cluster/clusterChoice';
import { initialConfigurationText } from '../cluster/configurationFile';
import type { Lockstep } from '../lockstep';
import { nodes } from '../views/rows';
import { pickFolder } from './pickFolder';

/** Chooses the cluster that programs of this workspace run on. */
export async function selectCluster({ choice }: Lockstep): Promise<void> {
  const { clusters, default: chosenByFile } = await choice.list();
  const current = choice.name();
  const add = { label: '$(vm-connect) Add Lab Machines', name: undefined };
  const configure = { label: '$(settings-gear) Open Cluster Configuration', name: undefined };
  const items = clusters.map(({ name, type, nodes: count }) => ({
    label: name,
    description: [type, count && nodes(count), name === chosenByFile && 'default']
      .filter(Boolean)
      .join(' · '),
    picked: name === current,
    iconPath: new vscode.ThemeIcon(name === current ? 'check' : 'server-process'),
    name,
  }));
  const separator = { label: '', kind: vscode.QuickPickItemKind.Separator, name: undefined };
  const picked = await vscode.window.showQuickPick([...items, separator, add, configure], {
    title: 'Cluster for the programs of this workspace',
    placeHolder: `Now: ${current}`,
  });
  if (picked === configure) await vscode.commands.executeCommand('lockstep.openConfiguration');
  else if (picked === add) await vscode.commands.executeCommand('lockstep.addLabMachines');
  else if (picked?.name) await choice.choose(picked.name);
}

/** Opens `lockstep.json`, written first where there is none. */
export async function openConfiguration(): Promise<void> {
  const uri = configurationUri(await pickFolder('Folder whose clusters to configure'));
  if (!uri) return;
  if (!(await exists(uri))) {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(initialConfigurationText()));
  }
  await vscode.window.showTextDocument(uri);
}

/** The menu behind the status-bar item. */
export async function showMenu({ clusters, program }: Lockstep): Promise<void> {
  const running = clusters.model.running().length > 0;
  const entries: (readonly [when: boolean, label: string, command: string])[] = [
    [program.uri !== undefined, '$(debug-all) Debug Program', 'lockstep.debugProgram'],
    [program.uri !== undefined, '$(run-all) Run Program', 'lockstep.runProgram'],
    [running, '$(debug-stop) Stop Job', 'lockstep.stopJob'],
    [clusters.running, '$(stop-circle) Stop Cluster', 'lockstep.stopCluster'],
    [true, '$(server-process) Select Cluster', 'lockstep.selectCluster'],
    [true, '$(vm-connect) Add Lab Machines', 'lockstep.addLabMachines'],
    [true, '$(settings-gear) Open Cluster Configuration', 'lockstep.openConfiguration'],
    [true, '$(type-hierarchy-sub) Open Topology', 'lockstep.openTopology'],
    [true, '$(graph-line) Open Metrics', 'lockstep.openMetrics'],
    [true, '$(list-tree) Show Cluster and Jobs', 'lockstep.cluster.focus'],
    [true, '$(debug-disconnect) Attach to Running Job', 'lockstep.attach'],
    [true, '$(new-folder) Create Sample Workspace', 'lockstep.createSample'],
  ];
  const items = entries.filter(([when]) => when).map(([, label, command]) => ({ label, command }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Lockstep' });
  if (picked) await vscode.commands.executeCommand(picked.command);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
