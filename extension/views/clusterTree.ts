import * as vscode from '../vscode';
import type { Clusters } from '../cluster/clusters';
import type { ClusterChoice } from '../cluster/clusterChoice';
import type { TaskPages } from '../cluster/taskPages';
import {
  childElements,
  clusterElements,
  elementId,
  parentElement,
  shownJobs,
  taskJob,
  type ClusterElement,
} from './clusterRoots';
import { hostRow } from './hostRow';
import { RefreshedTree } from './refreshedTree';
import { clusterRow, jobRow, nodeRow } from './rows';
import { isQueues, queueElements, type TaskElement, taskElements } from './taskElements';
import { moreTasksRow, taskGroupRow, taskJobRow, taskNoteRow, taskRow } from './taskRows';
import { treeItem } from './treeItem';

const refreshIntervalMs = 250;

/** The view of clusters and their nodes. */
export class ClusterTree extends RefreshedTree<ClusterElement> {
  constructor(
    private readonly clusters: Clusters,
    private readonly choice: ClusterChoice,
    private readonly tasks: TaskPages,
  ) {
    super('lockstep.cluster', refreshIntervalMs, { canSelectMany: true });
    this.follow(
      clusters.model.onEvent((event) => {
        if (event.type !== 'output' && event.type !== 'traffic') this.request();
      }),
      clusters.model.onReplaced(this.request),
      clusters.onChanged(this.request),
      choice.onChanged(this.request),
    );
  }

  getChildren(element?: ClusterElement): ClusterElement[] | Promise<ClusterElement[]> {
    const { model } = this.clusters;
    if (element?.type === 'taskGroup') {
      if (isQueues(element)) return queueElements(element, model.get(element.job)?.tasks?.board);
      return this.tasks.get(element).then((known) => taskElements(element, known));
    }
    return element
      ? childElements(model, element)
      : clusterElements(model, this.choice.name(), this.clusters.running);
  }

  getParent(element: ClusterElement): ClusterElement | undefined {
    return parentElement(this.clusters.model, element);
  }

  getTreeItem(element: ClusterElement): vscode.TreeItem {
    const { model } = this.clusters;
    const id = elementId(element);
    const expanded = vscode.TreeItemCollapsibleState.Expanded;
    if (element.type === 'cluster') {
      const nodes = shownJobs(model, element.name).flatMap(({ job }) => model.nodes(job.id));
      const live = nodes.filter(({ state }) => state !== 'dead' && state !== 'done');
      return treeItem(id, clusterRow(element.name, live.length, this.clusters.running), expanded);
    }
    if (element.type === 'host') {
      const hasNodes = childElements(model, element).length > 0;
      const state = hasNodes ? expanded : vscode.TreeItemCollapsibleState.None;
      return treeItem(id, hostRow(element.host, model.host(element.host)), state);
    }
    if (element.type !== 'job' && element.type !== 'node') return this.taskItem(id, element);
    const record = model.get(element.job);
    if (!record) return new vscode.TreeItem(element.job);
    if (element.type === 'job') return treeItem(id, jobRow(record.job, Date.now(), record.faults), expanded);
    const node = record.nodes[element.rank];
    if (!node) return new vscode.TreeItem(`node ${element.rank}`);
    const item = treeItem(id, nodeRow(node, record.job, record.latest.get(node.rank), record.faults));
    item.command = { command: 'lockstep.revealNode', title: 'Show Node', arguments: [element] };
    return item;
  }

  /** The lists of tasks may have become others. */
  tasksChanged(): void {
    this.request();
  }

  private taskItem(id: string, element: TaskElement): vscode.TreeItem {
    const { model } = this.clusters;
    const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    switch (element.type) {
      case 'taskJob': {
        const info = taskJob(model, element);
        return info ? treeItem(id, taskJobRow(info), Expanded) : new vscode.TreeItem(element.taskJob);
      }
      case 'taskGroup': {
        const node = model.get(element.job)?.tasks?.board.nodes.find(({ rank }) => rank === element.rank);
        return treeItem(id, taskGroupRow(element, taskJob(model, element), node), Collapsed);
      }
      case 'task': {
        const item = treeItem(id, taskRow(element.row));
        if (element.row.at) {
          item.command = { command: 'lockstep.openTask', title: 'Go to Task Function', arguments: [element] };
        }
        return item;
      }
      case 'moreTasks': {
        const item = treeItem(id, moreTasksRow);
        item.command = { command: 'lockstep.moreTasks', title: 'Show More Tasks', arguments: [element] };
        return item;
      }
      case 'taskNote':
        return treeItem(id, taskNoteRow(element.text));
    }
  }
}
