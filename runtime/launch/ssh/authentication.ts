/**
 * How a user proves who they are to a host: keys, then questions of the host, then a password. Each method only if the
 * host offers it; with several required, one after the other.
 */
import type { AnyAuthMethod, Prompt } from 'ssh2';
import { LockstepError } from '../../protocol/errors';
import type { SecretQuestion } from '../../protocol/questions';
import { agentOf, Identities, type Identity } from './identities';
import type { Prompter } from './sshTarget';
import type { SshConfiguration } from './sshConfiguration';

type Ssh = typeof import('./sshLibraries');

/** One attempt to be let in to one host. */
export class Authentication {
  private readonly identities: Identities;
  private offeredMethods: string[] = [];
  /** Keys that were not offered yet. */
  private keysLeft: Identity[] | undefined;
  private readonly keysOffered: string[] = [];
  /** The last key that was offered was accepted, and yet the user was not let in: the host wants more. */
  private keyAccepted = false;
  private questionRounds = 0;
  private questionsAsked = 0;
  private passwords = 0;
  private cancelled = false;

  constructor(
    private readonly ssh: Ssh,
    private readonly host: string,
    private readonly configuration: SshConfiguration,
    private readonly prompter: Prompter,
  ) {
    this.identities = new Identities(ssh, host, configuration, prompter);
  }

  /** The next method to try, or undefined when nothing is left; `offered` is null before the host was asked. */
  async next(offered: string[] | null, partialSuccess: boolean | null): Promise<AnyAuthMethod | undefined> {
    const { user: username, methods, prompts } = this.configuration;
    if (offered === null) return { type: 'none', username };
    // What succeeded is not asked for again: only what the host still wants is in the list.
    if (partialSuccess) this.questionRounds = this.passwords = 0;
    this.offeredMethods = offered;
    if (this.cancelled) return undefined;
    if (this.keyAccepted) {
      // The library does not hear from an agent's success that more is wanted: the host is asked again.
      this.keyAccepted = false;
      return { type: 'none', username };
    }
    if (offered.includes('publickey') && methods.publickey) {
      this.keysLeft ??= await this.identities.collect();
      const key = this.keysLeft.shift();
      if (key) {
        this.keysOffered.push(key.name);
        return {
          type: 'agent',
          username,
          agent: agentOf(this.ssh, key, () => (this.keyAccepted = true)),
        };
      }
    }
    if (
      offered.includes('keyboard-interactive') &&
      methods.keyboardInteractive &&
      this.questionRounds < prompts
    ) {
      this.questionRounds++;
      return { type: 'keyboard-interactive', username, prompt: this.answer };
    }
    const askedBefore = this.questionsAsked > 0 && !partialSuccess;
    if (offered.includes('password') && methods.password && this.passwords < prompts && !askedBefore) {
      const again = this.passwords++ > 0;
      const prompt = `Password of ${username} on ${this.host}${again ? ' (the last one was wrong)' : ''}`;
      const password = await this.ask({ kind: 'password', prompt, again, echo: false });
      return password === undefined ? undefined : { type: 'password', username, password };
    }
    return undefined;
  }

  /** Why the host let nobody in. */
  error(): LockstepError {
    const { host, configuration, identities, offeredMethods } = this;
    if (this.cancelled || identities.cancelled) return new LockstepError('sshCancelled', { host });
    const refused: string[] = [];
    if (this.passwords > 0 || this.questionsAsked > 0) refused.push('the password was wrong');
    const { keysOffered } = this;
    if (keysOffered.length > 0)
      refused.push(`the host refused the key${keysOffered.length > 1 ? 's' : ''} ${keysOffered.join(', ')}`);
    else if (this.keysLeft) refused.push('there is no key to offer');
    refused.push(...identities.unusable.map((text) => `not usable: ${text}`));
    const accepts = offeredMethods.length > 0 ? `the host accepts ${offeredMethods.join(', ')}` : '';
    const reason = [...refused, accepts].filter(Boolean).join('; ') || 'the host accepts nobody';
    return new LockstepError('sshNotAuthenticated', { host, user: configuration.user, reason });
  }

  private readonly answer = (
    _name: string,
    instructions: string,
    _language: string,
    prompts: Prompt[],
    finish: (answers: string[]) => void,
  ): void => {
    const answers = async () => {
      const given: string[] = [];
      for (const { prompt, echo } of prompts) {
        this.questionsAsked++;
        const again = this.questionRounds > 1;
        const question = `${prompt.trim()}${again ? ' (the last answer was wrong)' : ''}`;
        const text = [instructions.trim(), question].filter(Boolean).join(' ');
        // An answer is owed to the host in any case; an empty one ends the attempt.
        const asked = { kind: 'keyboard-interactive', prompt: text, again, echo: echo ?? false } as const;
        given.push((await this.ask(asked)) ?? '');
      }
      return given;
    };
    answers().then(finish, () => {
      this.cancelled = true;
      finish(prompts.map(() => ''));
    });
  };

  private async ask(question: Omit<SecretQuestion, 'host' | 'user'>): Promise<string | undefined> {
    if (this.cancelled) return undefined;
    const { host, prompter } = this;
    const secret = await prompter.secret({ host, user: this.configuration.user, ...question });
    this.cancelled = secret === undefined;
    return secret;
  }
}
