import * as vscode from '../vscode';
import type { Lockstep } from '../lockstep';

/** Forgets every password and passphrase that the user asked to be remembered. */
export async function forgetPasswords({ saved }: Lockstep): Promise<void> {
  const count = await saved.forgetAll();
  const text =
    count === 0
      ? 'No password is saved.'
      : `${count === 1 ? 'One password was' : `${count} passwords were`} forgotten.`;
  void vscode.window.showInformationMessage(text);
}
