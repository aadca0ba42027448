import * as vscode from '../vscode';
import { configurationFileName } from '../../runtime/protocol/configuration';
import { type NamedClusters, clustersWithoutFile, parseClusters } from './configurationFile';

const stateKey = 'cluster';

/** The cluster that the user chose for this workspace, and what `lockstep.json` names. */
export class ClusterChoice implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly watcher = vscode.workspace.createFileSystemWatcher(`**/${configurationFileName}`);
  private named: NamedClusters = clustersWithoutFile();
  private found = false;

  /** The choice or the file changed. */
  readonly onChanged = this.changed.event;

  constructor(private readonly state: vscode.Memento) {
    const read = (): void => void this.read().then(() => this.changed.fire());
    this.watcher.onDidChange(read);
    this.watcher.onDidCreate(read);
    this.watcher.onDidDelete(read);
    read();
  }

  /** Whether the workspace has a `lockstep.json`. */
  get hasFile(): boolean {
    return this.found;
  }

  /** The chosen cluster; undefined where the choice is left to `lockstep.json`. */
  chosen(): string | undefined {
    const name = this.state.get<string>(stateKey);
    return this.named.clusters.some((cluster) => cluster.name === name) ? name : undefined;
  }

  /** The cluster that a program would run on now. */
  name(): string {
    return this.chosen() ?? this.named.default;
  }

  /** How many nodes the cluster has; undefined where that is not known. */
  nodes(): number | undefined {
    return this.named.clusters.find(({ name }) => name === this.name())?.nodes;
  }

  /** Remembers the choice for this workspace. */
  async choose(name: string): Promise<void> {
    await this.state.update(stateKey, name);
    this.changed.fire();
  }

  /** Reads the first folder's `lockstep.json` afresh; throws a SyntaxError where it is not JSON. */
  async list(): Promise<NamedClusters> {
    const uri = configurationUri(vscode.workspace.workspaceFolders?.[0]);
    const bytes = uri && (await readIfThere(uri));
    this.found = bytes !== undefined;
    return bytes ? parseClusters(new TextDecoder().decode(bytes)) : clustersWithoutFile();
  }

  dispose(): void {
    this.watcher.dispose();
    this.changed.dispose();
  }

  private async read(): Promise<void> {
    try {
      this.named = await this.list();
    } catch {
      // Half-written while it is edited: the last that could be read stays.
    }
  }
}

/** Where a folder's `lockstep.json` is. */
export function configurationUri(folder: vscode.WorkspaceFolder | undefined): vscode.Uri | undefined {
  return folder && vscode.Uri.joinPath(folder.uri, configurationFileName);
}

async function readIfThere(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  try {
    return await vscode.workspace.fs.readFile(uri);
  } catch {
    return undefined;
  }
}
