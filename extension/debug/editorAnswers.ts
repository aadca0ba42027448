/** Answers what a cluster's machines ask, in the editor: host keys, secrets, machines that cannot be used. */
import * as vscode from '../vscode';
import type { Answers, SecretQuestion } from '../../runtime/protocol/questions';

/** A secret that was given lately and that its machine may not have taken. */
const askedAgainMs = 60_000;

/** Asks whoever sits at the editor. Secrets are kept in the editor's secret storage only on request. */
export class EditorAnswers implements Answers {
  private readonly given = new Map<string, number>();

  constructor(private readonly secrets: vscode.SecretStorage) {}

  readonly confirmHostKey: Answers['confirmHostKey'] = async ({ host, port, keyType, fingerprint }) => {
    const detail = `Its ${keyType} key has the fingerprint\n${fingerprint}\n\nCompare it with what the machine's administrator says. It is added to your known hosts.`;
    const message = `The host ${host} (port ${port}) is not known yet. Trust it?`;
    return (
      (await vscode.window.showWarningMessage(message, { modal: true, detail }, 'Trust Host')) ===
      'Trust Host'
    );
  };

  readonly secret: Answers['secret'] = async (question) => {
    const key = keyOf(question);
    const kept = await this.secrets.get(key);
    if (kept !== undefined && !this.askedLately(key)) return kept;
    // It is asked again: what was kept did not serve.
    if (kept !== undefined) await this.secrets.delete(key);
    const value = await vscode.window.showInputBox({
      title: `${question.user}@${question.host}`,
      prompt: question.prompt,
      password: !question.echo,
      ignoreFocusOut: true,
    });
    if (value === undefined) return null;
    if (question.kind !== 'keyboard-interactive') void this.offerToKeep(key, value, question.host);
    return value;
  };

  readonly goOnWithout: Answers['goOnWithout'] = async ({ problems, remaining }) => {
    const message = `${problems.length === 1 ? 'A machine' : `${problems.length} machines`} cannot be used. Go on with ${remaining.join(', ')}?`;
    const options = { modal: true, detail: problems.join('\n\n') };
    return (await vscode.window.showWarningMessage(message, options, 'Go On')) === 'Go On';
  };

  private askedLately(key: string): boolean {
    const nowMs = Date.now();
    const lately = nowMs - (this.given.get(key) ?? -Infinity) < askedAgainMs;
    this.given.set(key, nowMs);
    return lately;
  }

  private async offerToKeep(key: string, value: string, host: string): Promise<void> {
    const keep = 'Keep in Secret Storage';
    const answer = await vscode.window.showInformationMessage(`Keep what you typed for ${host}?`, keep);
    if (answer === keep) await this.secrets.store(key, value);
  }
}

function keyOf({ host, user, kind }: SecretQuestion): string {
  return `lockstep.ssh.${kind}.${user}@${host}`;
}
