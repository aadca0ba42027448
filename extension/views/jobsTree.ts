import * as vscode from '../vscode';
import type { JobModel } from '../cluster/jobModel';
import { Refresh } from './refresh';
import { jobRow } from './rows';
import { treeItem } from './treeItem';

const refreshIntervalMs = 100;

/** An element of the view of jobs. */
export interface JobElement {
  type: 'job';
  job: string;
}

/** The view of jobs, newest first: those that run and those that have ended. */
export class JobsTree implements vscode.TreeDataProvider<JobElement>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly view: vscode.TreeView<JobElement>;
  private readonly refresh = new Refresh(
    refreshIntervalMs,
    () => this.view.visible,
    () => this.changed.fire(undefined),
  );
  private readonly subscriptions: { dispose(): void }[];

  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly model: JobModel) {
    this.view = vscode.window.createTreeView('lockstep.jobs', { treeDataProvider: this });
    this.subscriptions = [
      this.view,
      this.refresh,
      this.view.onDidChangeVisibility(() => this.refresh.visibilityChanged()),
      model.onEvent((event) => {
        if (event.type === 'jobChanged') this.refresh.request();
      }),
      model.onReplaced(() => this.refresh.request()),
    ];
  }

  getChildren(element?: JobElement): JobElement[] {
    return element ? [] : this.model.jobs().map(({ job }) => ({ type: 'job', job: job.id }));
  }

  getTreeItem({ job }: JobElement): vscode.TreeItem {
    const record = this.model.get(job);
    if (!record) return new vscode.TreeItem(job);
    const item = treeItem(`job ${job}`, jobRow(record.job, Date.now()));
    if (record.job.failure?.at) {
      item.command = {
        command: 'lockstep.revealFailure',
        title: 'Go to Failure',
        arguments: [{ type: 'job', job }],
      };
    }
    return item;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}
