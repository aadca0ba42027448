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
import { changedRows, type DrawnRow, root } from './changedRows';
import { noNode } from '../../runtime/protocol/tasks';
import { RefreshedTree } from './refreshedTree';
import { clusterRow, jobRow, nodeRow } from './rows';
import {
  isFull,
  isQueues,
  queueElements,
  type TaskElement,
  taskElements,
  tasksIn,
  withoutNode,
} from './taskElements';
import { moreTasksRow, taskGroupRow, taskJobRow, taskNoteRow, taskRow } from './taskRows';
import { treeItem } from './treeItem';

const refreshIntervalMs = 250;

type TaskGroup = Extract<ClusterElement, { type: 'taskGroup' }>;

/** True for a group that has tasks below it. */
const isList = (element: ClusterElement | undefined): element is TaskGroup =>
  element?.type === 'taskGroup' && !isQueues(element);

/** The view of clusters, their nodes and their tasks. */
export class ClusterTree extends RefreshedTree<ClusterElement> {
  /** By id: the editor is always given the same object for the same row. */
  private readonly known = new Map<string, ClusterElement>();
  private drawn = new Map<string, DrawnRow>();
  /** The lists of tasks that are open, by id, as they were drawn last. */
  private readonly lists = new Map<string, string>();

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
      this.view.onDidCollapseElement(({ element }) => this.lists.delete(elementId(element))),
      this.view.onDidExpandElement(({ element }) => this.openedAgain(element)),
    );
  }

  getChildren(element?: ClusterElement): ClusterElement[] | Promise<ClusterElement[]> {
    return isList(element) ? this.tasksOf(element) : this.rowsOf(element);
  }

  /** Of a list that was open before the editor shows what it had, and asks for nothing. */
  private openedAgain(element: ClusterElement): void {
    const id = elementId(element);
    if (!isList(element) || this.lists.has(id)) return;
    this.lists.set(id, '');
    this.request();
  }

  private async tasksOf(list: TaskGroup): Promise<ClusterElement[]> {
    const rows = taskElements(list, await this.tasks.get(list));
    this.lists.set(elementId(list), JSON.stringify(rows));
    return rows;
  }

  /** What lies below a row, but tasks, which have to be asked for. */
  private rowsOf(element?: ClusterElement): ClusterElement[] {
    const { model } = this.clusters;
    let below: ClusterElement[] = [];
    if (!element) below = clusterElements(model, this.choice.name(), this.clusters.running);
    else if (element.type !== 'taskGroup') below = childElements(model, element);
    else if (isQueues(element)) below = queueElements(element, model.get(element.job)?.tasks?.board);
    return below.map((row) => {
      const id = elementId(row);
      const same = this.known.get(id) ?? row;
      this.known.set(id, same);
      return same;
    });
  }

  /**
   * Draws only what has changed: of rows that are drawn anew the editor closes what it says on hover, and forgets for a
   * moment which they are, so that a command on one would not be told on which.
   */
  protected override show(): void {
    const now = new Map<string, DrawnRow>();
    this.draw(undefined, now);
    const changed = changedRows(this.drawn, now);
    this.drawn = now;
    const rows = changed.flatMap((id) => this.known.get(id) ?? []);
    for (const id of this.known.keys()) if (!now.has(id)) this.known.delete(id);
    if (changed.includes(root)) super.show();
    else if (rows.length > 0) super.show(rows);
    for (const [id, look] of this.lists) void this.lookAt(id, look);
  }

  private draw(element: ClusterElement | undefined, into: Map<string, DrawnRow>): void {
    const rows = this.rowsOf(element);
    const item = element && { ...this.getTreeItem(element), command: undefined };
    into.set(element ? elementId(element) : root, {
      look: JSON.stringify(item ?? null),
      below: rows.map(elementId).join('\n'),
    });
    for (const row of rows) this.draw(row, into);
  }

  /** Draws an open list anew where it has become another. */
  private async lookAt(id: string, look: string): Promise<void> {
    const list = this.known.get(id);
    if (!isList(list)) return void this.lists.delete(id);
    const rows = taskElements(list, await this.tasks.get(list));
    if (this.lists.get(id) === look && JSON.stringify(rows) !== look) super.show([list]);
  }

  getParent(element: ClusterElement): ClusterElement | undefined {
    const above = parentElement(this.clusters.model, element);
    return above && (this.known.get(elementId(above)) ?? above);
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
        const board = model.get(element.job)?.tasks?.board;
        const node = board?.nodes.find(({ rank }) => rank === element.rank);
        const queue =
          board && element.rank === noNode ? { queued: withoutNode(board), cordoned: false } : node;
        return treeItem(id, taskGroupRow(element, taskJob(model, element), queue), Collapsed);
      }
      case 'task': {
        const item = treeItem(id, taskRow(element.row));
        if (element.row.at) {
          item.command = { command: 'lockstep.openTask', title: 'Go to Task Function', arguments: [element] };
        }
        return item;
      }
      case 'moreTasks': {
        const total = tasksIn(element.list, model.get(element.job)?.tasks?.board);
        const item = treeItem(id, moreTasksRow(element.shown, total));
        if (isFull(element)) return item;
        item.command = { command: 'lockstep.moreTasks', title: 'Show More Tasks', arguments: [element] };
        return item;
      }
      case 'taskNote':
        return treeItem(id, taskNoteRow(element.text));
    }
  }
}
