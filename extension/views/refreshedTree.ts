import * as vscode from '../vscode';
import { Refresh } from './refresh';

/** A view of rows that is drawn anew after changes: once an interval at most, and only while it can be seen. */
export abstract class RefreshedTree<Element> implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  protected readonly view: vscode.TreeView<Element>;
  private readonly changed = new vscode.EventEmitter<Element[] | undefined>();
  private readonly refresh: Refresh;
  private readonly subscriptions: { dispose(): void }[];

  readonly onDidChangeTreeData = this.changed.event;

  protected constructor(id: string, intervalMs: number, options: { canSelectMany?: boolean } = {}) {
    this.view = vscode.window.createTreeView(id, { treeDataProvider: this, ...options });
    this.refresh = new Refresh(
      intervalMs,
      () => this.view.visible,
      () => this.show(),
    );
    this.subscriptions = [
      this.view,
      this.refresh,
      this.view.onDidChangeVisibility(() => {
        this.visibilityChanged();
        this.refresh.visibilityChanged();
      }),
    ];
  }

  abstract getChildren(element?: Element): Element[] | Promise<Element[]>;
  abstract getTreeItem(element: Element): vscode.TreeItem;

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  /** Keeps what tells of changes, until the view goes. */
  protected follow(...subscriptions: { dispose(): void }[]): void {
    this.subscriptions.push(...subscriptions);
  }

  /** Something is new. */
  protected readonly request = (): void => this.refresh.request();

  /** Draws the rows anew: these, or all there are. */
  protected show(rows?: Element[]): void {
    this.changed.fire(rows);
  }

  /** The view was shown or hidden. */
  protected visibilityChanged(): void {
    // Of no matter to a view whose rows are there anyway.
  }
}
