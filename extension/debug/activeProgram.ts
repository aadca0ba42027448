import * as vscode from '../vscode';
import { isProgramText, scannedCharacters } from './programText';

const rescanDelayMs = 300;

/** Knows whether the active editor holds a program, and keeps the context key `lockstep.isProgram` in step. */
export class ActiveProgram implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private document: vscode.TextDocument | undefined;

  /** Another file is the program in the editor, or none is any more. */
  readonly onChanged = this.changed.event;

  constructor() {
    this.subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(() => this.scan()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document !== vscode.window.activeTextEditor?.document) return;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.scan(), rescanDelayMs);
      }),
    ];
    this.scan();
  }

  /** The program in the active editor; undefined where there is none. */
  get uri(): vscode.Uri | undefined {
    return this.document?.uri;
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private scan(): void {
    const document = vscode.window.activeTextEditor?.document;
    const program = document && isProgramDocument(document) ? document : undefined;
    if (program === this.document) return;
    this.document = program;
    void vscode.commands.executeCommand('setContext', 'lockstep.isProgram', program !== undefined);
    this.changed.fire();
  }
}

function isProgramDocument(document: vscode.TextDocument): boolean {
  if (document.uri.scheme !== 'file') return false;
  if (!/^(type|java)script(react)?$/.test(document.languageId)) return false;
  const end = document.positionAt(scannedCharacters);
  return isProgramText(document.getText(new vscode.Range(new vscode.Position(0, 0), end)));
}
