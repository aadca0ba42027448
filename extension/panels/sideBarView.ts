import type * as vscode from 'vscode';
import type { Lockstep } from '../lockstep';
import { ViewHost, type ViewKind } from './viewHost';

/** A view as a section of the Lockstep side bar. */
export class SideBarView implements vscode.WebviewViewProvider {
  constructor(
    private readonly kind: ViewKind,
    private readonly lockstep: Lockstep,
  ) {}

  resolveWebviewView(view: vscode.WebviewView): void {
    const host = new ViewHost(this.kind, view, this.lockstep);
    view.onDidChangeVisibility(() => host.visibilityChanged());
    view.onDidDispose(() => host.dispose());
  }
}
