/** What the system's `ssh` says when it cannot connect, as an error with the host's name. */
import { LockstepError } from '../../protocol/errors';
import { HostKeys } from './hostKeys';
import type { HostKeyQuestion } from '../../protocol/questions';
import { lastLine } from '../remote';
import type { SshConfiguration } from './sshConfiguration';

/** The error that the last words of `ssh` stand for; `asked` is the key about which the user was asked, if any. */
export async function systemError(
  host: string,
  configuration: SshConfiguration,
  text: string,
  asked: HostKeyQuestion | undefined,
): Promise<LockstepError> {
  const { hostName, port, user } = configuration;
  const where = { host, address: hostName, port };
  if (/could not resolve hostname/i.test(text)) return new LockstepError('sshUnknownHost', where);
  const unreachable = /connect to (?:host|address) .* port \d+: (.*)/i.exec(text)?.[1];
  if (unreachable)
    return new LockstepError('sshUnreachable', { ...where, reason: unreachable.trim().toLowerCase() });
  const file = configuration.userKnownHostsFiles[0] ?? 'known_hosts';
  if (/is marked as revoked|revoked host key/i.test(text)) {
    const { revokedLine } = await HostKeys.load(configuration);
    return new LockstepError('sshHostKeyRevoked', { host, file, line: '?', ...revokedLine });
  }
  if (/host identification has changed/i.test(text)) {
    const [, changed, line] = /offending .*key in (\S.*):(\d+)/i.exec(text) ?? [];
    const fingerprint = /(SHA256:[^\s.]+)/.exec(text)?.[1] ?? 'another key';
    return new LockstepError('sshHostKeyChanged', {
      host,
      file: changed ?? file,
      line: line ?? '?',
      fingerprint,
    });
  }
  if (/host key verification failed|host key is known/i.test(text)) {
    const { keyType, fingerprint } = asked ?? {};
    return new LockstepError('sshHostKeyUnknown', { host, file, keyType, fingerprint });
  }
  const methods = /permission denied \(([^)]*)\)/i.exec(text)?.[1];
  if (methods !== undefined || /too many authentication failures/i.test(text)) {
    const accepts = `the host accepts ${methods?.replaceAll(',', ', ')}`;
    const reason = methods === undefined ? 'the host allows no more attempts' : accepts;
    return new LockstepError('sshNotAuthenticated', { host, user, reason });
  }
  const reason = /timed out during banner exchange/i.test(text)
    ? 'the host took the connection and did not answer'
    : (lastLine(text) ?? 'ssh ended without a word');
  return new LockstepError('sshHandshake', { host, reason });
}
