import * as vscode from '../vscode';
import type { SecretQuestion } from '../../runtime/protocol/questions';

/** What the user typed, and whether it is to be remembered. */
export interface TypedSecret {
  value: string;
  remember: boolean;
}

/** Asks for a password, a passphrase or the answer to a host's question; undefined on Escape. */
export function askSecret(question: SecretQuestion): Promise<TypedSecret | undefined> {
  const input = vscode.window.createInputBox();
  input.title = `${question.user}@${question.host}`;
  input.prompt = question.prompt;
  input.password = !question.echo;
  input.ignoreFocusOut = true;
  if (question.again) input.validationMessage = question.prompt; // it says that the last one was wrong
  // What a host asks otherwise is often good for one time only.
  const canBeKept = question.kind !== 'keyboard-interactive';
  let remember = false;
  const show = (): void => {
    if (canBeKept) input.buttons = [rememberButton(remember)];
  };
  show();
  return new Promise((resolve) => {
    input.onDidTriggerButton(() => {
      remember = !remember;
      show();
    });
    input.onDidChangeValue(() => (input.validationMessage = undefined));
    input.onDidAccept(() => {
      resolve({ value: input.value, remember });
      input.dispose();
    });
    input.onDidHide(() => {
      resolve(undefined);
      input.dispose();
    });
    input.show();
  });
}

function rememberButton(on: boolean): vscode.QuickInputButton {
  return on
    ? { iconPath: new vscode.ThemeIcon('pass-filled'), tooltip: 'Remember: on (kept in the secret storage)' }
    : { iconPath: new vscode.ThemeIcon('save'), tooltip: 'Remember in the secret storage' };
}
