import * as vscode from '../vscode';
import type { Lockstep } from '../lockstep';
import { ViewHost, type ViewKind } from './viewHost';

/** A view as an editor panel: at most one of a kind, and back after the window was reloaded. */
export class ViewPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly viewType: string;
  private readonly serializer: vscode.Disposable;
  private panel: vscode.WebviewPanel | undefined;

  constructor(
    private readonly kind: ViewKind,
    private readonly lockstep: Lockstep,
  ) {
    this.viewType = `lockstep.${kind.name}`;
    this.serializer = vscode.window.registerWebviewPanelSerializer(this.viewType, this);
  }

  /** Shows the panel beside the program, made if there is none. */
  open(): void {
    if (this.panel) {
      this.panel.reveal(undefined, true);
      return;
    }
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.fill(vscode.window.createWebviewPanel(this.viewType, this.kind.title, place));
  }

  /** Called by the editor with a panel that was open before the window was reloaded. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.fill(panel);
    return Promise.resolve();
  }

  dispose(): void {
    this.serializer.dispose();
    this.panel?.dispose();
  }

  private fill(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.lockstep.context.extensionUri, 'media', `${this.kind.name}-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const host = new ViewHost(this.kind, panel, this.lockstep);
    panel.onDidChangeViewState(() => host.visibilityChanged());
    panel.onDidDispose(() => {
      host.dispose();
      if (this.panel === panel) this.panel = undefined;
    });
  }
}
