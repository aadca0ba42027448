/** Which names of machines and users may go to `ssh` and into a user's configuration, where shells may see them. */
import { LockstepError } from '../../protocol/errors';
import { shellQuote } from '../remote';
import type { SshTarget } from './sshTarget';

const whiteOrControl = /[\s\p{Cc}]/u;
/** What OpenSSH refuses in names on its command line: a ProxyCommand or Match exec would hand them to a shell. */
const forbiddenInHost = /[`'"$\\;&<>|(){}]/;
const forbiddenInUser = /[`'";&<>|(){}]|\\$/;

/** What is wrong with the name of a host, if anything is. */
function hostProblem(host: string): string | undefined {
  if (host === '') return 'the name of the host is empty';
  if (host.startsWith('-')) return 'the name of a host cannot begin with a hyphen';
  if (whiteOrControl.test(host) || forbiddenInHost.test(host))
    return `"${printable(host)}" is not the name of a host`;
  return undefined;
}

function userProblem(user: string): string | undefined {
  if (user === '') return 'the name of the user is empty';
  if (user.startsWith('-')) return 'the name of a user cannot begin with a hyphen';
  if (/\p{Cc}/u.test(user) || forbiddenInUser.test(user) || /\s/.test(user) || user.includes('$('))
    return `"${printable(user)}" is not the name of a user`;
  return undefined;
}

const printable = (name: string): string => name.replace(/\p{Cc}/gu, '?').slice(0, 80);

/** One jump host of a ProxyJump. */
export type JumpHost = Pick<SshTarget, 'host' | 'user' | 'port'>;

/** Reads a ProxyJump: `[user@]host[:port]` or `ssh://[user@]host[:port]`, separated by commas; `none` is none. */
export function parseProxyJump(text: string): JumpHost[] {
  if (text === '' || text.toLowerCase() === 'none') return [];
  return text.split(',').map((part) => {
    const match = /^(?:ssh:\/\/)?(?:(?<user>[^/]*)@)?(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>\d+))?\/?$/.exec(
      part.trim(),
    );
    const { user, host, port } = match?.groups ?? {};
    return {
      host: (host ?? part).replace(/^\[|\]$/g, ''),
      user: user === undefined ? undefined : decodeURIComponentIfUrl(part, user),
      port: port === undefined ? undefined : Number(port),
    };
  });
}

const decodeURIComponentIfUrl = (part: string, user: string): string => {
  if (!part.trim().startsWith('ssh://')) return user;
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
};

/** Machines as a person lists them: `[user@]host[:port]`, separated by commas. Throws LockstepError(sshBadTarget). */
export function parseHosts(text: string): JumpHost[] {
  const hosts = parseProxyJump(text);
  if (hosts.length === 0) checkTarget({ host: '' });
  for (const host of hosts) checkTarget(host);
  return hosts;
}

/** Throws LockstepError(sshBadTarget) for a name that a shell or `ssh` could take for something else. */
export function checkTarget(target: SshTarget): void {
  const name = printable(target.host);
  const check = (problem: string | undefined) => {
    if (problem) throw new LockstepError('sshBadTarget', { host: name, problem });
  };
  const checkPort = (port: number | undefined) => {
    if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65535))
      check(`${port} is not a port`);
  };
  check(hostProblem(target.host));
  if (target.user !== undefined) check(userProblem(target.user));
  checkPort(target.port);
  for (const path of [target.identityFile, target.configFile])
    if (path?.includes('\0')) check('a path cannot contain a NUL character');
  for (const jump of parseProxyJump(target.proxyJump ?? '')) {
    check(hostProblem(jump.host));
    if (jump.user !== undefined) check(userProblem(jump.user));
    checkPort(jump.port);
  }
}

/** What a person writes after `ssh` to reach a target. */
export function loginOf({ host, user, port }: SshTarget): string {
  const words = port === undefined ? [] : ['-p', String(port)];
  return [...words, user === undefined ? host : `${user}@${host}`].map(shellQuote).join(' ');
}
