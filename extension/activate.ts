/** Start here: what the extension offers, made when it is first needed. May import: runtime/client, protocol, core. */
import * as vscode from './vscode';
import { ClusterChoice } from './cluster/clusterChoice';
import { Clusters } from './cluster/clusters';
import { Deployments } from './cluster/deployments';
import { NodeOutputs } from './cluster/nodeOutputs';
import { Selection } from './cluster/selection';
import { TaskPages } from './cluster/taskPages';
import { showFirstFile } from './commands/firstFile';
import { setUpQuickFix } from './commands/setUpQuickFix';
import { registerCommands } from './commands';
import { readSettings } from './config';
import { ContextKeys } from './contextKeys';
import { ActiveProgram } from './debug/activeProgram';
import { registerDebugging } from './debug';
import { DebugSessions } from './debug/debugSessions';
import { EditorAnswers } from './debug/editorAnswers';
import { SavedSecrets } from './debug/savedSecrets';
import { loadRuntime } from './loadRuntime';
import { LabMachines } from './lab/labMachines';
import type { Lockstep } from './lockstep';
import { metricsKind, timelineKind, topologyKind } from './panels/kinds';
import { SideBarView } from './panels/sideBarView';
import { ViewPanels } from './panels/viewPanel';
import { ClusterTree } from './views/clusterTree';
import { FoundTree } from './views/foundTree';
import { JobsTree } from './views/jobsTree';
import { ProgramProblems } from './views/programProblems';
import { StatusBar } from './views/statusBar';
import { TaskDocuments } from './views/taskDocuments';
import { mayHaveDeployments } from '../runtime/core/stateFolder';

/** What a test inside the extension host may look at. */
export interface TestApi extends Lockstep {
  clusterTree: ClusterTree;
  jobsTree: JobsTree;
  foundTree: FoundTree;
}

/** Called by the editor once; starts no process. */
export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  const log = vscode.window.createOutputChannel('Lockstep', { log: true });
  const distribution = vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath;
  const clusters = new Clusters({
    startCoordinator: (folder) =>
      loadRuntime().startCoordinator({
        workspace: folder,
        node: readSettings(vscode.Uri.file(folder)).node,
        distribution,
      }),
    connect: (runDirectory) => loadRuntime().connect(runDirectory),
    isTrusted: () => vscode.workspace.isTrusted,
    outputBytesPerSecond: () => readSettings().outputBytesPerSecond,
  });
  const selection = new Selection();
  const saved = new SavedSecrets(context.secrets, context.globalState);
  const choice = new ClusterChoice(context.workspaceState);
  const lockstep: Lockstep = {
    context,
    log,
    saved,
    answers: new EditorAnswers(saved),
    clusters,
    tasks: new TaskPages(
      ({ job: qualified, taskJob, phase, rank }, limit) => {
        const { client, job } = clusters.find(qualified);
        return client.request('tasks', { job, taskJob, phase, rank, offset: 0, limit });
      },
      () => clusterTree.tasksChanged(),
    ),
    taskDocuments: new TaskDocuments(),
    choice,
    selection,
    outputs: new NodeOutputs(clusters.model),
    program: new ActiveProgram(),
    sessions: new DebugSessions(clusters, selection),
    lab: new LabMachines({
      browse: () => loadRuntime().browse({ interface: readSettings().labInterface }),
      isTrusted: () => vscode.workspace.isTrusted,
    }),
    deployments: new Deployments({
      any: mayHaveDeployments,
      find: () => loadRuntime().findDeployments(),
      isTrusted: () => vscode.workspace.isTrusted,
    }),
    get topology() {
      return topology;
    },
    get metrics() {
      return metrics;
    },
    get timeline() {
      return timeline;
    },
  };
  const topology = new ViewPanels(topologyKind, lockstep);
  const metrics = new ViewPanels(metricsKind, lockstep);
  const timeline = new ViewPanels(timelineKind, lockstep);
  const clusterTree = new ClusterTree(clusters, choice, lockstep.tasks);
  const jobsTree = new JobsTree(clusters.model, lockstep.deployments);
  const foundTree = new FoundTree(lockstep.lab);
  const statusBar = new StatusBar(clusters, choice);
  const languages = ['typescript', 'javascript', 'typescriptreact', 'javascriptreact'];

  context.subscriptions.push(
    log,
    clusters,
    selection,
    choice,
    lockstep.outputs,
    lockstep.program,
    lockstep.sessions,
    topology,
    metrics,
    timeline,
    statusBar,
    new ProgramProblems(clusters.model),
    new ContextKeys(lockstep, (inUse) => statusBar.setVisible(inUse)),
    clusterTree,
    jobsTree,
    foundTree,
    lockstep.lab,
    lockstep.deployments,
    lockstep.tasks,
    lockstep.taskDocuments,
    vscode.window.registerWebviewViewProvider('lockstep.topology', new SideBarView(topologyKind, lockstep)),
    vscode.languages.registerCodeActionsProvider(languages, setUpQuickFix, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    registerDebugging(lockstep),
    registerCommands(lockstep),
    clusters.onLost((error) => {
      log.error(error.message);
      void vscode.window.showErrorMessage(error.message);
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('lockstep.output.limit')) clusters.limitChanged();
      if (change.affectsConfiguration('lockstep.lab')) lockstep.lab.restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => lockstep.lab.restart()),
  );
  showFirstFile(context).catch((error: unknown) => log.warn(String(error))); // it may have been removed
  const isTest = context.extensionMode === vscode.ExtensionMode.Test;
  return isTest ? { ...lockstep, clusterTree, jobsTree, foundTree } : undefined;
}
