import * as vscode from '../vscode';
import type { LabMachines, LabState } from '../lab/labMachines';
import { machineRow } from '../lab/machineRow';
import { RefreshedTree } from './refreshedTree';
import { treeItem } from './treeItem';

const refreshIntervalMs = 250;

/** A machine that was found, by the run of its agent. */
export interface FoundElement {
  type: 'machine';
  id: string;
}

/** The view of the machines of the lab that are on the network; it listens while it can be seen. */
export class FoundTree extends RefreshedTree<FoundElement> {
  private shown: LabState | undefined;

  constructor(private readonly lab: LabMachines) {
    super('lockstep.found', refreshIntervalMs);
    this.follow(lab.onChanged(this.request));
    this.visibilityChanged();
  }

  getChildren(element?: FoundElement): FoundElement[] {
    return element ? [] : this.lab.machines.map(({ id }) => ({ type: 'machine', id }));
  }

  getTreeItem({ id }: FoundElement): vscode.TreeItem {
    const machine = this.lab.machines.find((one) => one.id === id);
    return machine ? treeItem(`machine ${id}`, machineRow(machine)) : new vscode.TreeItem(id);
  }

  protected override show(): void {
    const { state, failure } = this.lab;
    // The view's welcome texts are for what can be mended there; any other failure is said in its own words.
    this.view.message = state === 'failed' ? failure?.message : undefined;
    if (state !== this.shown) void vscode.commands.executeCommand('setContext', 'lockstep.lab', state);
    this.shown = state;
    super.show();
  }

  protected override visibilityChanged(): void {
    this.lab.watch(this.view.visible);
  }
}
