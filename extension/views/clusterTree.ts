import * as vscode from '../vscode';
import type { Clusters } from '../cluster/clusters';
import type { ClusterChoice } from '../cluster/clusterChoice';
import {
  childElements,
  clusterElements,
  elementId,
  parentElement,
  shownJobs,
  type ClusterElement,
} from './clusterRoots';
import { hostRow } from './hostRow';
import { RefreshedTree } from './refreshedTree';
import { clusterRow, jobRow, nodeRow } from './rows';
import { treeItem } from './treeItem';

const refreshIntervalMs = 250;

/** The view of clusters and their nodes. */
export class ClusterTree extends RefreshedTree<ClusterElement> {
  constructor(
    private readonly clusters: Clusters,
    private readonly choice: ClusterChoice,
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

  getChildren(element?: ClusterElement): ClusterElement[] {
    const { model } = this.clusters;
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
      const hasNodes = this.getChildren(element).length > 0;
      const state = hasNodes ? expanded : vscode.TreeItemCollapsibleState.None;
      return treeItem(id, hostRow(element.host, model.host(element.host)), state);
    }
    const record = model.get(element.job);
    if (!record) return new vscode.TreeItem(element.job);
    if (element.type === 'job') return treeItem(id, jobRow(record.job, Date.now(), record.faults), expanded);
    const node = record.nodes[element.rank];
    if (!node) return new vscode.TreeItem(`node ${element.rank}`);
    const item = treeItem(id, nodeRow(node, record.job, record.latest.get(node.rank), record.faults));
    item.command = { command: 'lockstep.revealNode', title: 'Show Node', arguments: [element] };
    return item;
  }
}
