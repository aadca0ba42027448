import * as vscode from '../vscode';
import type { ClusterChoice } from '../cluster/clusterChoice';
import type { Clusters } from '../cluster/clusters';
import { statusText } from './rows';

/** The cluster that programs run on and what it does; a click opens the menu. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'lockstep.status',
    vscode.StatusBarAlignment.Left,
    10,
  );
  private readonly subscriptions: { dispose(): void }[];

  constructor(
    private readonly clusters: Clusters,
    private readonly choice: ClusterChoice,
  ) {
    this.item.name = 'Lockstep Cluster';
    this.item.command = 'lockstep.showMenu';
    const update = (): void => this.update();
    this.subscriptions = [
      clusters.model.onEvent((event) => {
        if (event.type === 'jobChanged' || event.type === 'clockChanged') update();
      }),
      clusters.model.onReplaced(update),
      clusters.onChanged(update),
      choice.onChanged(update),
    ];
    update();
  }

  /** Shown once Lockstep is in use in this window. */
  setVisible(visible: boolean): void {
    if (visible) this.item.show();
    else this.item.hide();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const { model } = this.clusters;
    const [newest, ...others] = model.running();
    const text = newest
      ? statusText(newest.job.cluster, newest.job.size, model.clockStands ? 'paused' : newest.job.state)
      : statusText(this.choice.name(), this.choice.nodes(), this.clusters.running ? 'idle' : '');
    const more = others.length > 0 ? ` · ${others.length} more` : '';
    this.item.text = `$(server-process) ${text.replaceAll('$(', '$ (')}${more}`;
    this.item.tooltip = 'Lockstep: the cluster that programs run on. Click for the menu.';
    this.item.accessibilityInformation = { label: `Lockstep cluster ${text}${more}`, role: 'button' };
  }
}
