/** Whether the key that a host shows is to be trusted: known_hosts files are read, the user is asked, a line is added. */
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LockstepError } from '../../protocol/errors';
import {
  fingerprint,
  type KnownHost,
  keyTypeName,
  keyTypeOf,
  knownHostLine,
  knownName,
  matchesHost,
  parseKnownHosts,
} from './knownHosts';
import type { Prompter } from './sshTarget';
import type { SshConfiguration } from './sshConfiguration';

/** A line and the file in which it stands. */
type Place = KnownHost & { file: string };

/** What the files say about a key. */
export type Verdict =
  { type: 'known' } | { type: 'unknown' } | { type: 'changed' | 'revoked'; file: string; line: number };

/** The lines of all known_hosts files that are about one host. */
export class HostKeys {
  private constructor(
    private readonly name: string,
    private readonly places: Place[],
    /** Lines for the host without its port: they vouch for it, and condemn a revoked key, no more. */
    private readonly portless: Place[],
  ) {}

  /** Reads the files that the configuration names; absent ones say nothing. */
  static async load(configuration: SshConfiguration): Promise<HostKeys> {
    const { hostKeyAlias, hostName, port, userKnownHostsFiles, globalKnownHostsFiles } = configuration;
    const name = hostKeyAlias === '' ? knownName(hostName, port) : hostKeyAlias.toLowerCase();
    const files = [...userKnownHostsFiles, ...globalKnownHostsFiles];
    const lines = await Promise.all(files.map(readLines));
    return HostKeys.of(lines.flat(), name, hostKeyAlias === '' ? knownName(hostName, 22) : name);
  }

  static of(lines: Place[], name: string, portlessName: string): HostKeys {
    const about = (wanted: string) => lines.filter(({ hosts }) => matchesHost(hosts, wanted));
    return new HostKeys(name, about(name), portlessName === name ? [] : about(portlessName));
  }

  /** The verdict on a key. Invariant: a revoked key is revoked even if another line knows it. */
  judge(key: Buffer): Verdict {
    const same = (place: Place) => place.key.equals(key);
    const revoked = [...this.places, ...this.portless].find(
      (place) => place.marker === 'revoked' && same(place),
    );
    if (revoked) return { type: 'revoked', file: revoked.file, line: revoked.line };
    const trusted = this.places.filter(({ marker }) => marker === 'none');
    if (trusted.some(same)) return { type: 'known' };
    // A key of another type is no excuse: known types are asked for first, so the host has given that key up.
    const [other] = trusted;
    if (other) {
      const closest = trusted.find(({ keyType }) => keyType === keyTypeOf(key)) ?? other;
      return { type: 'changed', file: closest.file, line: closest.line };
    }
    return this.portless.some((place) => place.marker === 'none' && same(place))
      ? { type: 'known' }
      : { type: 'unknown' };
  }

  /** Types of the keys that are known, so that the host is asked for one of these first. */
  get knownTypes(): string[] {
    const types = [...this.places, ...this.portless]
      .filter(({ marker }) => marker === 'none')
      .map(({ keyType }) => keyType);
    return [...new Set(types)];
  }

  /** The first line that revokes a key for this host, where the system's `ssh` does not name it. */
  get revokedLine(): { file: string; line: number } | undefined {
    return [...this.places, ...this.portless].find(({ marker }) => marker === 'revoked');
  }

  /** True if keys of this host may be vouched for by an authority, which the library cannot check. */
  get hasAuthority(): boolean {
    return this.places.some(({ marker }) => marker === 'certAuthority');
  }

  /**
   * Resolves if the key is trusted, after the user was asked where it is unknown; the answer is kept in the first of
   * the user's files. Throws LockstepError: sshHostKeyChanged, sshHostKeyRevoked, sshHostKeyUnknown.
   */
  async verify(
    host: string,
    key: Buffer,
    configuration: SshConfiguration,
    prompter: Prompter,
  ): Promise<void> {
    const verdict = this.judge(key);
    const shown = { host, fingerprint: fingerprint(key), keyType: keyTypeName(keyTypeOf(key) ?? 'unknown') };
    if (verdict.type === 'known') return;
    if (verdict.type === 'revoked') throw new LockstepError('sshHostKeyRevoked', { ...shown, ...verdict });
    if (verdict.type === 'changed') throw new LockstepError('sshHostKeyChanged', { ...shown, ...verdict });
    const { strictHostKeyChecking, userKnownHostsFiles, hashKnownHosts, hostName, port } = configuration;
    const [file] = userKnownHostsFiles;
    const accepted =
      strictHostKeyChecking === 'accept-new' ||
      (strictHostKeyChecking === 'ask' &&
        (await prompter.confirmHostKey({ ...shown, address: hostName, port })));
    if (!accepted) throw new LockstepError('sshHostKeyUnknown', { ...shown, file: file ?? 'known_hosts' });
    if (file !== undefined) await addKnownHost(file, knownHostLine(this.name, key, hashKnownHosts));
  }
}

async function readLines(file: string): Promise<Place[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    // Unread, it could hide that a key is revoked.
    throw new LockstepError('sshHandshake', { host: file, reason: `it cannot be read (${error.message})` });
  });
  return parseKnownHosts(text).map((line) => ({ ...line, file }));
}

/**
 * Appends a line in one write, so that no other writer's line is torn or lost; what could not be written whole is
 * taken back. A file that is not to be written to is no reason not to connect.
 */
export async function addKnownHost(file: string, line: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a+', 0o600);
    try {
      const { size } = await handle.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await handle.read(last, 0, 1, size - 1);
      const bytes = Buffer.from(`${size > 0 && last.toString() !== '\n' ? '\n' : ''}${line}\n`);
      const { bytesWritten } = await handle.write(bytes);
      if (bytesWritten < bytes.length) await handle.truncate(size);
    } finally {
      await handle.close();
    }
  } catch {
    // read-only, or a full disk: the user is asked again next time
  }
}
