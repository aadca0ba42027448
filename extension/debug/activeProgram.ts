import * as vscode from '../vscode';
import { isProgramText, isServiceText, scannedCharacters } from './programText';

const rescanDelayMs = 300;

/** Knows whether the active editor holds a program, and keeps the context keys `lockstep.isProgram` and `lockstep.isService` in step. */
export class ActiveProgram implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private document: vscode.TextDocument | undefined;
  private isService = false;

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
    const text = document && programTextOf(document);
    const program = text === undefined ? undefined : document;
    const isService = text !== undefined && isServiceText(text);
    if (isService !== this.isService) {
      this.isService = isService;
      void vscode.commands.executeCommand('setContext', 'lockstep.isService', isService);
    }
    if (program === this.document) return;
    this.document = program;
    void vscode.commands.executeCommand('setContext', 'lockstep.isProgram', program !== undefined);
    this.changed.fire();
  }
}

/** The beginning of a document that is a program; undefined where it is none. */
function programTextOf(document: vscode.TextDocument): string | undefined {
  if (document.uri.scheme !== 'file') return undefined;
  if (!/^(type|java)script(react)?$/.test(document.languageId)) return undefined;
  const end = document.positionAt(scannedCharacters);
  const text = document.getText(new vscode.Range(new vscode.Position(0, 0), end));
  return isProgramText(text) ? text : undefined;
}
