import type * as vscode from 'vscode';
import type { SecretQuestion } from '../../runtime/protocol/questions';

/** Global state: the keys of what is kept, as the secret storage does not list them. Never a secret itself. */
const listKey = 'savedSecrets';

/** Passwords and passphrases that the user asked to be remembered, in the editor's secret storage. */
export class SavedSecrets {
  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly state: vscode.Memento,
  ) {}

  get(question: SecretQuestion): Thenable<string | undefined> {
    return this.secrets.get(keyOf(question));
  }

  async keep(question: SecretQuestion, value: string): Promise<void> {
    const key = keyOf(question);
    await this.secrets.store(key, value);
    await this.list(
      this.keys()
        .filter((known) => known !== key)
        .concat(key),
    );
  }

  async forget(question: SecretQuestion): Promise<void> {
    const key = keyOf(question);
    await this.secrets.delete(key);
    await this.list(this.keys().filter((known) => known !== key));
  }

  /** Forgets all; answers how many there were. */
  async forgetAll(): Promise<number> {
    const keys = this.keys();
    for (const key of keys) await this.secrets.delete(key);
    await this.list([]);
    return keys.length;
  }

  private keys(): string[] {
    return this.state.get<string[]>(listKey, []);
  }

  private async list(keys: string[]): Promise<void> {
    await this.state.update(listKey, keys);
  }
}

const keyOf = ({ host, user, kind }: SecretQuestion): string => `lockstep.ssh.${kind}.${user}@${host}`;
