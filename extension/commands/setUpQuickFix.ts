import * as vscode from '../vscode';

/** On "Cannot find module 'lockstep'": a quick fix that writes its types into the folder. */
export const setUpQuickFix: vscode.CodeActionProvider = {
  provideCodeActions(_document, _range, { diagnostics }) {
    const missing = diagnostics.filter(
      ({ message }) => /['"]lockstep['"]/.test(message) && /module/i.test(message),
    );
    if (missing.length === 0) return [];
    const title = 'Set up this folder for Lockstep';
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = missing;
    action.isPreferred = true;
    action.command = { command: 'lockstep.setUpFolder', title };
    return [action];
  },
};
