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
  /** By id: the editor is always given the same object for the same row. */
  private readonly known = new Map<string, ClusterElement>();
  private drawnShape = '';

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
    return this.rowsOf(element);
  }

  private rowsOf(element?: ClusterElement): ClusterElement[] {
    const { model } = this.clusters;
    const children = element
      ? childElements(model, element)
      : clusterElements(model, this.choice.name(), this.clusters.running);
    return children.map((child) => {
      if (child.type === 'taskGroup') return child;
      const id = elementId(child);
      const row = this.known.get(id) ?? child;
      this.known.set(id, row);
      return row;
    });
  }

  /**
   * Drawn as a whole, the editor forgets all rows for a moment, and a command on one would not be told on which. So nodes,
   * which change all the time, are drawn for themselves while the rest stays as it is.
   */
  protected override show(): void {
    const rows = this.walk();
    const shape = rows.map((row) => this.shapeOf(row)).join('\n');
    // Rows of tasks are asked for one by one: where there are some, all is drawn.
    if (shape === this.drawnShape && !rows.some(({ type }) => type === 'taskGroup')) {
      super.show(rows.filter(({ type }) => type === 'node'));
      return;
    }
    this.drawnShape = shape;
    this.known.clear();
    for (const row of rows) if (row.type !== 'taskGroup') this.known.set(elementId(row), row);
    super.show();
  }

  private walk(above?: ClusterElement): ClusterElement[] {
    return this.rowsOf(above).flatMap((row) => (row.type === 'taskGroup' ? [row] : [row, ...this.walk(row)]));
  }

  private shapeOf(row: ClusterElement): string {
    if (row.type === 'node') return elementId(row);
    const { description, contextValue } = this.getTreeItem(row);
    return `${elementId(row)} ${String(description)} ${contextValue}`;
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
