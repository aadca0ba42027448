/** What the system's `ssh` says when it cannot connect, as an error with the host's name. */
import { LockstepError } from '../../protocol/errors';
import { lastLine } from './remoteProcess';
import type { SshConfiguration } from './sshConfiguration';

/** The error that the last words of `ssh` stand for. */
export function systemError(
  host: string,
  { hostName, port, user, userKnownHostsFiles }: SshConfiguration,
  text: string,
): LockstepError {
  const where = { host, address: hostName, port };
  const print = /(SHA256:[^\s.]+)/.exec(text)?.[1] ?? 'another key';
  if (/could not resolve hostname/i.test(text)) return new LockstepError('sshUnknownHost', where);
  const unreachable = /connect to (?:host|address) .* port \d+: (.*)/i.exec(text)?.[1];
  if (unreachable)
    return new LockstepError('sshUnreachable', { ...where, reason: unreachable.trim().toLowerCase() });
  const offending = /(?:offending|revoked) .*key.* (?:in|at) (\S.*):(\d+)/i.exec(text);
  const place = {
    file: offending?.[1] ?? userKnownHostsFiles[0] ?? 'known_hosts',
    line: offending?.[2] ?? '?',
  };
  if (/is marked as revoked|revoked host key/i.test(text))
    return new LockstepError('sshHostKeyRevoked', { host, ...place });
  if (/host identification has changed/i.test(text))
    return new LockstepError('sshHostKeyChanged', { host, ...place, fingerprint: print });
  if (/host key verification failed|host key is known|no .* host key/i.test(text))
    return new LockstepError('sshHostKeyUnknown', {
      host,
      keyType: 'key',
      fingerprint: print,
      file: place.file,
    });
  const methods = /permission denied \(([^)]*)\)/i.exec(text)?.[1];
  if (methods !== undefined || /too many authentication failures/i.test(text))
    return new LockstepError('sshNotAuthenticated', {
      host,
      user,
      reason: methods
        ? `the host accepts ${methods.replaceAll(',', ', ')}`
        : 'the host allows no more attempts',
    });
  return new LockstepError('sshHandshake', { host, reason: lastLine(text) ?? 'ssh ended without a word' });
}
