/** Which of the two speaks to a host: the library, unless it cannot do what the host's configuration asks for. */
import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { LockstepError } from '../../protocol/errors';
import { HostKeys } from './hostKeys';
import { publicHead } from './keyFiles';
import { keyTypeOf } from './knownHosts';
import type { SshTarget } from './sshTarget';
import type { SshConfiguration } from './sshConfiguration';

/** True if the system's `ssh` is to be used. Throws LockstepError(sshNoProgram) where it is needed and not there. */
export async function picksSystem(target: SshTarget, configuration: SshConfiguration): Promise<boolean> {
  const backend = target.backend ?? 'auto';
  if (backend === 'ssh2') return false;
  const why = backend === 'system' ? ' by its setting "backend"' : await beyondLibrary(configuration);
  if (why === undefined) return false;
  if (process.platform === 'win32')
    throw new LockstepError('sshBadTarget', {
      host: target.host,
      problem: `the host is for the system's ssh${why}, which cannot share a connection on Windows`,
    });
  if (await hasSystemSsh()) return true;
  throw new LockstepError('sshNoProgram', { host: target.host, program: 'ssh', why });
}

/** What the library cannot do and this host's configuration wants, as the end of a sentence. */
async function beyondLibrary(configuration: SshConfiguration): Promise<string | undefined> {
  if (configuration.proxyCommand) return ' for its ProxyCommand';
  if (configuration.certificateFiles.length > 0) return ' for its CertificateFile';
  if (configuration.revokedHostKeys) return ' for its RevokedHostKeys';
  for (const path of configuration.identityFiles) {
    if (await exists(`${path}-cert.pub`)) return ` for the certificate ${path}-cert.pub`;
    if (await isSecurityKey(path)) return ` for the security key ${path}`;
  }
  const keys = await HostKeys.load(configuration);
  return keys.hasAuthority ? ' for the @cert-authority in known_hosts' : undefined;
}

async function isSecurityKey(path: string): Promise<boolean> {
  const head = await readFile(path).then(publicHead, () => undefined);
  return (head && keyTypeOf(head)?.startsWith('sk-')) ?? false;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function hasSystemSsh(): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return (await Promise.all(folders.map((folder) => exists(join(folder, 'ssh'))))).includes(true);
}
