/**
 * The keys of a user, from agents and files, as one agent to the library: a key's passphrase is asked for only once
 * the host has said that it would accept the key, and only once while this process lives.
 */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BaseAgent, IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import type { Prompter } from './remoteHost';
import type { SshConfiguration } from './sshConfiguration';

type Ssh = typeof import('./sshLibraries');

interface Identity {
  publicKey: ParsedKey;
  /** Named in errors. */
  name: string;
  sign(data: Buffer, options: SigningRequestOptions): Promise<Buffer>;
}

/** Which keys there are to offer, and which the host was offered. */
export interface Identities {
  readonly agent: BaseAgent<ParsedKey>;
  /** Names of the keys that were offered. */
  readonly offered: string[];
  /** Paths of files that should hold a key and do not serve, with the reason. */
  readonly unusable: string[];
  /** Set once the user gave no passphrase. */
  readonly cancelled: boolean;
}

/** Keys that were decrypted in this process, by path and content. */
const unlocked = new Map<string, Promise<ParsedKey | undefined>>();
const passphraseAttempts = 3;

/** The agent that offers the user's keys: those of the agents first, then those of files. */
export function createIdentities(
  ssh: Ssh,
  host: string,
  configuration: SshConfiguration,
  prompter: Prompter,
): Identities {
  const offered: string[] = [];
  const unusable: string[] = [];
  let known: Identity[] = [];
  let cancelled = false;

  async function collect(): Promise<Identity[]> {
    const files = (await Promise.all(configuration.identityFiles.map(fromFile))).filter((found) => !!found);
    const named = new Set(files.map(({ publicKey }) => blob(publicKey)));
    const sockets = configuration.identityAgent ? [configuration.identityAgent] : windowsAgents();
    const agents = (await Promise.all(sockets.map(fromAgent))).flat();
    const chosen = configuration.identitiesOnly
      ? agents.filter(({ publicKey }) => named.has(blob(publicKey)))
      : agents.sort((a, b) => Number(named.has(blob(b.publicKey))) - Number(named.has(blob(a.publicKey))));
    const held = new Set(chosen.map(({ publicKey }) => blob(publicKey)));
    return [...chosen, ...files.filter(({ publicKey }) => !held.has(blob(publicKey)))];
  }

  function fromAgent(socket: string): Promise<Identity[]> {
    const agent = ssh.createAgent(socket);
    return new Promise((resolve) => {
      agent.getIdentities((error, keys) => {
        if (error || !keys) return resolve([]); // no agent runs there
        const parsed = keys.map((key) => ssh.utils.parseKey(key as Buffer)).filter(isKey);
        resolve(
          parsed.map((publicKey) => ({ publicKey, name: publicKey.comment || 'a key of the agent', sign })),
        );
        function sign(this: Identity, data: Buffer, options: SigningRequestOptions): Promise<Buffer> {
          return new Promise((done, failed) => {
            agent.sign(this.publicKey, data, options, (problem, signature) =>
              signature ? done(signature) : failed(problem ?? new Error('The agent did not sign.')),
            );
          });
        }
      });
    });
  }

  async function fromFile(path: string): Promise<Identity | undefined> {
    const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') unusable.push(`${path} (${error.code ?? error.message})`);
      return undefined;
    });
    if (!content) return undefined;
    const publicKey = (await publicPart(ssh, path, content)) ?? (await unlock(path, content));
    if (!publicKey) {
      unusable.push(`${path} (no key that can be read)`);
      return undefined;
    }
    const sign = async (data: Buffer, options: SigningRequestOptions) => {
      const key = await unlock(path, content);
      if (!key) throw new Error(`${path} was not unlocked.`);
      const signature = key.sign(data, options.hash) as Buffer | Error;
      if (signature instanceof Error) throw signature;
      return signature;
    };
    return { publicKey, name: path, sign };
  }

  function unlock(path: string, content: Buffer): Promise<ParsedKey | undefined> {
    const key = `${path}\0${content.toString('latin1')}`;
    const before = unlocked.get(key);
    if (before) return before;
    const attempt = ask(path, content);
    unlocked.set(key, attempt);
    attempt.then(
      (found) => found ?? unlocked.delete(key),
      () => unlocked.delete(key),
    );
    return attempt;
  }

  async function ask(path: string, content: Buffer): Promise<ParsedKey | undefined> {
    const plain = privateKey(ssh, content);
    if (plain) return plain;
    for (let attempt = 0; attempt < passphraseAttempts; attempt++) {
      const wrong = attempt > 0 ? ' (the last one was wrong)' : '';
      const prompt = `Passphrase of the key ${path}${wrong}`;
      const passphrase = await prompter.secret({
        host,
        user: configuration.user,
        kind: 'passphrase',
        prompt,
        echo: false,
      });
      if (passphrase === undefined) {
        cancelled = true;
        return undefined;
      }
      const found = privateKey(ssh, content, passphrase);
      if (found) return found;
    }
    unusable.push(`${path} (wrong passphrase)`);
    return undefined;
  }

  class UserAgent extends ssh.BaseAgent<ParsedKey> {
    override getIdentities(done: IdentityCallback<ParsedKey>): void {
      collect().then(
        (found) => {
          known = found;
          offered.push(...found.map(({ name }) => basename(name)));
          done(
            null,
            found.map(({ publicKey }) => publicKey),
          );
        },
        (error: Error) => done(error),
      );
    }

    override sign(
      key: ParsedKey,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      done?: SignCallback,
    ): void {
      const callback = typeof options === 'function' ? options : done;
      const identity = known.find(({ publicKey }) => blob(publicKey) === blob(key));
      if (!identity) return callback?.(new Error('This key is not one of the user.'));
      identity.sign(data, typeof options === 'function' ? {} : options).then(
        (signature) => callback?.(null, signature),
        (error: Error) => callback?.(error),
      );
    }
  }

  return {
    agent: new UserAgent(),
    offered,
    unusable,
    get cancelled() {
      return cancelled;
    },
  };
}

const isKey = (key: ParsedKey | ParsedKey[] | Error): key is ParsedKey =>
  !(key instanceof Error) && !Array.isArray(key);

const blob = (key: ParsedKey): string => key.getPublicSSH().toString('base64');

function privateKey(ssh: Ssh, content: Buffer, passphrase?: string): ParsedKey | undefined {
  try {
    // As bytes: the library counts characters of a string where bytes are meant.
    const parsed: ParsedKey | ParsedKey[] | Error = ssh.utils.parseKey(
      content,
      passphrase === undefined ? undefined : Buffer.from(passphrase),
    );
    const key = Array.isArray(parsed) ? (parsed as ParsedKey[])[0] : parsed;
    return key && isKey(key) && key.isPrivateKey() ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The public half of a key file: from the file beside it, or from the head of the file itself, which is not encrypted. */
async function publicPart(ssh: Ssh, path: string, content: Buffer): Promise<ParsedKey | undefined> {
  const beside = await readFile(`${path}.pub`).catch(() => undefined);
  for (const candidate of [beside, publicHead(content)]) {
    if (!candidate) continue;
    const parsed = ssh.utils.parseKey(candidate);
    if (isKey(parsed)) return parsed;
  }
  return undefined;
}

/** The first public key of an `openssh-key-v1` file. */
export function publicHead(content: Buffer): Buffer | undefined {
  const [, body] =
    /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END/.exec(content.toString('latin1')) ?? [];
  if (body === undefined) return undefined;
  const bytes = Buffer.from(body, 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.toString('latin1', 0, magic.length) !== magic) return undefined;
  let at = magic.length;
  const next = () => {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new RangeError('truncated');
    const part = bytes.subarray(at + 4, end);
    at = end;
    return part;
  };
  try {
    for (let skipped = 0; skipped < 3; skipped++) next(); // cipher, key derivation, its options
    at += 4; // number of keys
    return next();
  } catch {
    return undefined;
  }
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
