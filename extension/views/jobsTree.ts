import * as vscode from '../vscode';
import type { Deployments } from '../cluster/deployments';
import type { JobModel } from '../cluster/jobModel';
import { deploymentRow, replicaRow } from './deploymentRows';
import { RefreshedTree } from './refreshedTree';
import { jobRow } from './rows';
import { treeItem } from './treeItem';

const refreshIntervalMs = 100;

/** An element of the view of jobs. */
export type JobElement =
  | { type: 'deployment'; name: string }
  /** By its place in the deployment's list. */
  | { type: 'replica'; name: string; index: number }
  | { type: 'job'; job: string };

/** The view of deployments with their replicas, and of jobs, newest first: those that run and those that have ended. */
export class JobsTree extends RefreshedTree<JobElement> {
  constructor(
    private readonly model: JobModel,
    private readonly deployments: Deployments,
  ) {
    super('lockstep.jobs', refreshIntervalMs);
    this.follow(
      deployments.onChanged(this.request),
      model.onEvent((event) => {
        if (event.type === 'jobChanged' || event.type === 'faultInjected') this.request();
      }),
      model.onReplaced(this.request),
    );
    this.visibilityChanged();
  }

  getChildren(element?: JobElement): JobElement[] {
    if (!element) {
      const deployed = this.deployments.list().map(({ name }): JobElement => ({ type: 'deployment', name }));
      return [...deployed, ...this.model.jobs().map(({ job }): JobElement => ({ type: 'job', job: job.id }))];
    }
    if (element.type !== 'deployment') return [];
    const { name } = element;
    const replicas = this.deployments.get(name)?.info?.replicas ?? [];
    return replicas.map((_, index) => ({ type: 'replica', name, index }));
  }

  getTreeItem(element: JobElement): vscode.TreeItem {
    return element.type === 'job' ? this.jobItem(element.job) : this.deploymentItem(element);
  }

  private deploymentItem(element: Exclude<JobElement, { type: 'job' }>): vscode.TreeItem {
    const { name } = element;
    const found = this.deployments.get(name);
    if (!found) return new vscode.TreeItem(name);
    if (element.type === 'deployment') {
      const state = vscode.TreeItemCollapsibleState.Expanded;
      return treeItem(`deployment ${name}`, deploymentRow(found), state);
    }
    const replica = found.info?.replicas[element.index];
    if (!replica) return new vscode.TreeItem(name);
    const { rank, version } = replica;
    return treeItem(`deployment ${name} ${element.index} ${rank} ${version}`, replicaRow(replica));
  }

  private jobItem(job: string): vscode.TreeItem {
    const record = this.model.get(job);
    if (!record) return new vscode.TreeItem(job);
    const item = treeItem(`job ${job}`, jobRow(record.job, Date.now(), record.faults));
    if (record.job.failure?.at) {
      item.command = {
        command: 'lockstep.revealFailure',
        title: 'Go to Failure',
        arguments: [{ type: 'job', job }],
      };
    }
    return item;
  }

  protected override visibilityChanged(): void {
    this.deployments.setShown(this.view.visible);
  }
}
