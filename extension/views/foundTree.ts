import * as vscode from '../vscode';
import type { LabMachines, LabState } from '../lab/labMachines';
import { machineRow } from '../lab/machineRow';
import { Refresh } from './refresh';
import { treeItem } from './treeItem';

const refreshIntervalMs = 250;

/** A machine that was found, by the run of its agent. */
export interface FoundElement {
  type: 'machine';
  id: string;
}

/** The view of the machines of the lab that are on the network; it listens while it can be seen. */
export class FoundTree implements vscode.TreeDataProvider<FoundElement>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly view: vscode.TreeView<FoundElement>;
  private readonly refresh = new Refresh(
    refreshIntervalMs,
    () => this.view.visible,
    () => this.show(),
  );
  private readonly subscriptions: { dispose(): void }[];
  private shown: LabState | undefined;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly lab: LabMachines) {
    this.view = vscode.window.createTreeView('lockstep.found', { treeDataProvider: this });
    const watch = (): void => lab.watch(this.view.visible);
    this.subscriptions = [
      this.view,
      this.refresh,
      this.view.onDidChangeVisibility(() => {
        watch();
        this.refresh.visibilityChanged();
      }),
      lab.onChanged(() => this.refresh.request()),
    ];
    watch();
  }

  getChildren(element?: FoundElement): FoundElement[] {
    return element ? [] : this.lab.machines.map(({ id }) => ({ type: 'machine', id }));
  }

  getTreeItem({ id }: FoundElement): vscode.TreeItem {
    const machine = this.lab.machines.find((one) => one.id === id);
    return machine ? treeItem(`machine ${id}`, machineRow(machine)) : new vscode.TreeItem(id);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private show(): void {
    const { state, failure } = this.lab;
    // The view's welcome texts are for what can be mended there; any other failure is said in its own words.
    this.view.message = state === 'failed' ? failure?.message : undefined;
    if (state !== this.shown) void vscode.commands.executeCommand('setContext', 'lockstep.lab', state);
    this.shown = state;
    this.changed.fire(undefined);
  }
}
