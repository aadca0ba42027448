/**
 * The keys of a user, from agents and files. A key's passphrase is asked for only once the host has said that it would
 * accept the key, and only once while this process lives.
 */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BaseAgent, IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import { parsePrivateKey, parsePublicKey, publicHead } from './keyFiles';
import type { Prompter } from './sshTarget';
import type { SshConfiguration } from './sshConfiguration';

type Ssh = typeof import('./sshLibraries');

/** A key that can be offered to a host. */
export interface Identity {
  /** Named in errors. */
  readonly name: string;
  readonly publicKey: ParsedKey;
  sign(data: Buffer, options: SigningRequestOptions): Promise<Buffer>;
}

/** Keys that were decrypted in this process, by path and content. */
const unlocked = new Map<string, Promise<ParsedKey | undefined>>();
const passphraseAttempts = 3;

/** The keys that a configuration names, in the order in which they are to be offered. */
export class Identities {
  /** Files that should hold a key and do not serve, with the reason. */
  readonly unusable: string[] = [];
  /** Set once the user gave no passphrase. */
  cancelled = false;

  constructor(
    private readonly ssh: Ssh,
    private readonly host: string,
    private readonly configuration: SshConfiguration,
    private readonly prompter: Prompter,
  ) {}

  /** Keys of agents first, those that the configuration names before others; then those of files. */
  async collect(): Promise<Identity[]> {
    const { identityFiles, identityAgent, identitiesOnly } = this.configuration;
    const found = await Promise.all(identityFiles.map((path) => this.fromFile(path)));
    const files = found.filter((identity) => identity !== undefined);
    const named = new Set(files.map(blobOf));
    const sockets = identityAgent ? [identityAgent] : windowsAgents();
    const held = (await Promise.all(sockets.map((socket) => this.fromAgent(socket)))).flat();
    const isNamed = (identity: Identity) => named.has(blobOf(identity));
    const rest = identitiesOnly ? [] : held.filter((identity) => !isNamed(identity));
    const chosen = [...held.filter(isNamed), ...rest];
    const blobs = new Set(chosen.map(blobOf));
    return [...chosen, ...files.filter((identity) => !blobs.has(blobOf(identity)))];
  }

  private fromAgent(socket: string): Promise<Identity[]> {
    const agent = this.ssh.createAgent(socket);
    return new Promise((resolve) => {
      agent.getIdentities((error, keys) => {
        const parsed = error ? [] : (keys ?? []).map((key) => parsePublicKey(this.ssh, key as Buffer));
        resolve(
          parsed
            .filter((key) => key !== undefined)
            .map((publicKey) => ({
              name: publicKey.comment || 'a key of the agent',
              publicKey,
              sign: (data, options) => signBy(agent, publicKey, data, options),
            })),
        );
      });
    });
  }

  private async fromFile(path: string): Promise<Identity | undefined> {
    const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') this.unusable.push(`${path} (${error.code ?? error.message})`);
      return undefined;
    });
    if (!content) return undefined;
    const beside = await readFile(`${path}.pub`).catch(() => undefined);
    const publicKey =
      parsePublicKey(this.ssh, beside) ??
      parsePublicKey(this.ssh, publicHead(content)) ??
      (await this.unlock(path, content));
    if (!publicKey) {
      this.unusable.push(`${path} (no key that can be read)`);
      return undefined;
    }
    const sign = async (data: Buffer, options: SigningRequestOptions) => {
      const key = await this.unlock(path, content);
      if (!key) throw new Error(`${path} was not unlocked.`);
      const signature = key.sign(data, options.hash) as Buffer | Error;
      if (signature instanceof Error) throw signature;
      return signature;
    };
    return { name: basename(path), publicKey, sign };
  }

  private unlock(path: string, content: Buffer): Promise<ParsedKey | undefined> {
    const key = `${path}\0${content.toString('latin1')}`;
    const before = unlocked.get(key);
    if (before) return before;
    const attempt = this.decrypt(path, content);
    unlocked.set(key, attempt);
    attempt.then(
      (found) => found ?? unlocked.delete(key),
      () => unlocked.delete(key),
    );
    return attempt;
  }

  private async decrypt(path: string, content: Buffer): Promise<ParsedKey | undefined> {
    const plain = parsePrivateKey(this.ssh, content);
    if (plain) return plain;
    for (let attempt = 0; attempt < passphraseAttempts; attempt++) {
      const wrong = attempt > 0 ? ' (the last one was wrong)' : '';
      const passphrase = await this.prompter.secret({
        host: this.host,
        user: this.configuration.user,
        kind: 'passphrase',
        prompt: `Passphrase of the key ${path}${wrong}`,
        again: attempt > 0,
        echo: false,
      });
      if (passphrase === undefined) {
        this.cancelled = true;
        return undefined;
      }
      const found = parsePrivateKey(this.ssh, content, passphrase);
      if (found) return found;
    }
    this.unusable.push(`${path} (wrong passphrase)`);
    return undefined;
  }
}

const blobOf = ({ publicKey }: Identity): string => publicKey.getPublicSSH().toString('base64');

function signBy(
  agent: BaseAgent,
  publicKey: ParsedKey,
  data: Buffer,
  options: SigningRequestOptions,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    agent.sign(publicKey, data, options, (error, signature) =>
      signature ? resolve(signature) : reject(error ?? new Error('The agent did not sign.')),
    );
  });
}

/** One key as an agent of the library, which alone may take its time to sign; `onSigned` hears that the key was accepted. */
export function agentOf(ssh: Ssh, identity: Identity, onSigned: () => void): BaseAgent<ParsedKey> {
  class OneKeyAgent extends ssh.BaseAgent<ParsedKey> {
    override getIdentities(done: IdentityCallback<ParsedKey>): void {
      done(null, [identity.publicKey]);
    }

    override sign(
      _key: ParsedKey,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      done?: SignCallback,
    ): void {
      const callback = typeof options === 'function' ? options : done;
      identity.sign(data, typeof options === 'function' ? {} : options).then(
        (signature) => {
          onSigned();
          callback?.(null, signature);
        },
        (error: Error) => callback?.(error),
      );
    }
  }
  return new OneKeyAgent();
}

/** The pipes of OpenSSH's agent and of Pageant, which speak the same protocol. */
function windowsAgents(): string[] {
  if (process.platform !== 'win32') return [];
  const pipes = '\\\\.\\pipe\\';
  try {
    return readdirSync(pipes)
      .filter((name) => name === 'openssh-ssh-agent' || name.startsWith('pageant.'))
      .map((name) => pipes + name);
  } catch {
    return [];
  }
}
