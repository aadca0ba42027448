/** Answers what a cluster's machines ask, in the editor: host keys, secrets, machines that cannot be used. */
import * as vscode from '../vscode';
import type { Answers } from '../../runtime/protocol/questions';
import { askSecret } from './secretInput';
import type { SavedSecrets } from './savedSecrets';

/** Asks whoever sits at the editor, one question at a time: machines are connected to at once, boxes would cover each other. */
export class EditorAnswers implements Answers {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly saved: SavedSecrets) {}

  readonly confirmHostKey: Answers['confirmHostKey'] = ({ host, address, port, keyType, fingerprint }) =>
    this.inTurn(async () => {
      const detail = `Its ${keyType} key has the fingerprint\n${fingerprint}\n\nCompare it with what the machine's administrator says. It is added to your known hosts.`;
      const message = `The host ${host} (${address} port ${port}) is not known yet. Trust it?`;
      return (await this.warn(message, detail, 'Trust Host')) === 'Trust Host';
    });

  readonly secret: Answers['secret'] = (question) =>
    this.inTurn(async () => {
      const kept = await this.saved.get(question);
      if (kept !== undefined && !question.again) return kept;
      if (kept !== undefined) await this.saved.forget(question); // it did not serve
      const typed = await askSecret(question);
      if (typed?.remember) await this.saved.keep(question, typed.value);
      return typed?.value ?? null;
    });

  readonly goOnWithout: Answers['goOnWithout'] = ({ problems, remaining }) =>
    this.inTurn(async () => {
      const many = `${problems.length} machines`;
      const message = `${problems.length === 1 ? 'A machine' : many} cannot be used. Go on with ${remaining.join(', ')}?`;
      return (await this.warn(message, problems.join('\n\n'), 'Go On')) === 'Go On';
    });

  private warn(message: string, detail: string, action: string): Thenable<string | undefined> {
    return vscode.window.showWarningMessage(message, { modal: true, detail }, action);
  }

  private inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const turn = this.last.then(ask);
    this.last = turn.catch(() => undefined); // whoever asked hears of it
    return turn;
  }
}
