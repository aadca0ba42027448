import { randomBytes } from 'node:crypto';
import * as vscode from '../vscode';
import type { NodeAddress } from '../cluster/nodeAddress';
import { EventBatch } from '../cluster/eventBatch';
import type { Lockstep } from '../lockstep';
import type { ClusterEvent, ClusterEventType } from '../../runtime/protocol/events';
import { pageHtml } from './page';
import { type ViewMessage, viewMessage } from './viewMessage';

const batchIntervalMs = 100;

/** What the host sends to any view. */
type ToView =
  | { type: 'snapshot' }
  | { type: 'events'; events: ClusterEvent[] }
  | { type: 'focused'; node?: NodeAddress }
  | { type: 'showJob'; job: string }
  | { type: 'options' };

/** What tells one view from another. */
export interface ViewKind {
  /** Also the name of its files in `dist/`. */
  name: 'topology' | 'metrics' | 'timeline';
  title: string;
  events: readonly ClusterEventType[];
  /** What answers `ready`: the snapshot, and what goes with it. */
  hello(lockstep: Lockstep): ToView[];
}

/** A place that shows a page: a panel of the editor, or a view of the side bar. */
export interface Surface {
  webview: vscode.Webview;
  visible: boolean;
}

/** One page: sends it a snapshot, then batches of events while it can be seen, and does what it asks for. */
export class ViewHost implements vscode.Disposable {
  private readonly batch: EventBatch;
  private readonly subscriptions: { dispose(): void }[];
  private ready = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly kind: ViewKind,
    private readonly surface: Surface,
    private readonly lockstep: Lockstep,
  ) {
    this.batch = new EventBatch(kind.events);
    const { model } = lockstep.clusters;
    this.subscriptions = [
      surface.webview.onDidReceiveMessage((data: unknown) => this.receive(viewMessage(data))),
      model.onEvent((event) => this.take(event)),
      model.onReplaced(() => this.hello()),
      lockstep.selection.onJob((job) => this.post({ type: 'showJob', job })),
      lockstep.selection.onNode((node) => this.post({ type: 'focused', node })),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('lockstep.topology')) this.hello();
      }),
    ];
    if (kind.events.includes('operations')) this.subscriptions.push(lockstep.clusters.watchOperations());
    this.load();
  }

  /** To be called when the page is shown or hidden; hidden pages are not kept, so they are told all when shown. */
  visibilityChanged(): void {
    if (this.surface.visible && this.ready) this.hello();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private load(): void {
    const { webview } = this.surface;
    const root = this.lockstep.context.extensionUri;
    const dist = vscode.Uri.joinPath(root, 'dist');
    webview.options = {
      enableScripts: true,
      localResourceRoots: [dist, vscode.Uri.joinPath(root, 'media')],
    };
    const file = (extension: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(dist, `${this.kind.name}.${extension}`)).toString();
    webview.html = pageHtml({
      title: this.kind.title,
      scriptUri: file('js'),
      styleUri: file('css'),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    });
  }

  private take(event: ClusterEvent): void {
    if (!this.ready || !this.surface.visible || !this.batch.add(event)) return;
    this.timer ??= setTimeout(() => this.flush(), batchIntervalMs);
  }

  private flush(): void {
    this.timer = undefined;
    const events = this.batch.take();
    if (events.length > 0) this.post({ type: 'events', events });
  }

  private hello(): void {
    this.batch.take();
    for (const message of this.kind.hello(this.lockstep)) this.post(message);
    this.post({ type: 'focused', node: this.lockstep.selection.node });
  }

  private post(message: ToView): void {
    if (this.ready && this.surface.visible) void this.surface.webview.postMessage(message);
  }

  private receive(message: ViewMessage | undefined): void {
    if (!message) return;
    switch (message.type) {
      case 'ready':
        this.ready = true;
        this.hello();
        break;
      case 'focusNode':
        void vscode.commands.executeCommand(
          this.lockstep.sessions.ofJob(message.job) ? 'lockstep.focusNode' : 'lockstep.showNodeOutput',
          message,
        );
        break;
      case 'showOutput':
        void vscode.commands.executeCommand('lockstep.showNodeOutput', message);
        break;
      case 'openSource':
        void vscode.commands.executeCommand('lockstep.openSource', message.at);
        break;
      case 'injectFault':
      case 'injectLinkFault':
        void vscode.commands.executeCommand('lockstep.injectFault', message);
        break;
      case 'cutLink':
      case 'healFaults':
        void vscode.commands.executeCommand(`lockstep.${message.type}`, message);
        break;
      case 'exportTrace':
        void vscode.commands.executeCommand('lockstep.exportTimeline', message);
        break;
      case 'selectJob':
        this.lockstep.selection.selectJob(message.job);
        break;
      case 'runProgram':
        void vscode.commands.executeCommand('lockstep.runProgram');
        break;
      case 'createSample':
        void vscode.commands.executeCommand('lockstep.createSample');
        break;
    }
  }
}
