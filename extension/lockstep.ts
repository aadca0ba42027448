import type * as vscode from 'vscode';
import type { ClusterChoice } from './cluster/clusterChoice';
import type { Clusters } from './cluster/clusters';
import type { Deployments } from './cluster/deployments';
import type { NodeOutputs } from './cluster/nodeOutputs';
import type { Selection } from './cluster/selection';
import type { TaskPages } from './cluster/taskPages';
import type { ActiveProgram } from './debug/activeProgram';
import type { DebugSessions } from './debug/debugSessions';
import type { EditorAnswers } from './debug/editorAnswers';
import type { SavedSecrets } from './debug/savedSecrets';
import type { LabMachines } from './lab/labMachines';
import type { ViewPanels } from './panels/viewPanel';
import type { TaskDocuments } from './views/taskDocuments';

/** What commands, views and providers share: made once, at activation. */
export interface Lockstep {
  readonly context: vscode.ExtensionContext;
  /** Answers what machines ask, here. */
  readonly answers: EditorAnswers;
  readonly saved: SavedSecrets;
  readonly log: vscode.LogOutputChannel;
  readonly clusters: Clusters;
  readonly tasks: TaskPages;
  readonly taskDocuments: TaskDocuments;
  readonly choice: ClusterChoice;
  readonly outputs: NodeOutputs;
  readonly program: ActiveProgram;
  readonly selection: Selection;
  readonly sessions: DebugSessions;
  readonly lab: LabMachines;
  readonly deployments: Deployments;
  readonly topology: ViewPanels;
  readonly metrics: ViewPanels;
  readonly timeline: ViewPanels;
}
