/** What the user's SSH configuration says about a host: as `ssh -G` tells it, else as the package ssh-config reads it. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LockstepError } from '../../protocol/errors';
import type { SshTarget } from './sshTarget';

/** What of a host's configuration matters here; names as in ssh_config(5). */
export interface SshConfiguration {
  hostName: string;
  port: number;
  user: string;
  identityFiles: string[];
  identitiesOnly: boolean;
  /** Path of the agent's socket, or undefined where none is to be used. */
  identityAgent?: string;
  certificateFiles: string[];
  proxyJump: string;
  proxyCommand: string;
  userKnownHostsFiles: string[];
  globalKnownHostsFiles: string[];
  revokedHostKeys: string;
  hostKeyAlias: string;
  hashKnownHosts: boolean;
  strictHostKeyChecking: 'yes' | 'ask' | 'accept-new';
  addressFamily: 0 | 4 | 6;
  connectTimeoutMs: number;
  methods: { publickey: boolean; password: boolean; keyboardInteractive: boolean };
  /** How often a password is asked for. */
  prompts: number;
}

type Values = Map<string, string[]>;

const defaultConnectTimeoutMs = 10_000;

/** Reads the configuration of a host, what the target itself says first. Throws LockstepError(sshBadTarget). */
export async function readSshConfiguration(target: SshTarget): Promise<SshConfiguration> {
  await checkIdentity(target);
  const values = (await askOpenSsh(target)) ?? (await readFiles(target));
  return interpret(values, target);
}

/** OpenSSH passes over a key that is not there; one that the target names must be. */
async function checkIdentity({ host, identityFile }: SshTarget): Promise<void> {
  if (identityFile === undefined) return;
  await access(expandHome(identityFile), constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    const problem = `the key ${identityFile} cannot be read (${error.code ?? error.message})`;
    throw new LockstepError('sshBadTarget', { host, problem }, { cause: error });
  });
}

const expandHome = (path: string): string => path.replace(/^~(?=$|[\\/])/, () => homedir());

/** Options of `ssh` that say what a target says itself. */
export function targetOptions(target: SshTarget): string[] {
  return [
    ...(target.configFile === undefined ? [] : ['-F', target.configFile]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ...(target.identityFile === undefined ? [] : ['-i', target.identityFile]),
    ...(target.proxyJump === undefined ? [] : ['-J', target.proxyJump]),
  ];
}

async function askOpenSsh(target: SshTarget): Promise<Values | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ssh', [...targetOptions(target), '-G', '--', target.host], {
      timeout: 10_000,
      windowsHide: true,
    });
    return parseValues(stdout);
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT') return undefined;
    const [problem = 'ssh -G does not answer'] = (stderr ?? '').trim().split(/\r?\n/);
    throw new LockstepError('sshBadTarget', { host: target.host, problem }, { cause: error });
  }
}

/** Lines of `key value`. */
export function parseValues(text: string): Values {
  const values: Values = new Map();
  for (const line of text.split(/\r?\n/)) {
    const [, key, value] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    values.set(key.toLowerCase(), [...(values.get(key.toLowerCase()) ?? []), value]);
  }
  return values;
}

async function readFiles(target: SshTarget): Promise<Values> {
  const { SshConfig } = await import('./sshLibraries');
  const values: Values = new Map();
  const own = (key: string, value: string | number | undefined) => {
    if (value !== undefined) values.set(key, [String(value)]);
  };
  own('user', target.user);
  own('port', target.port);
  own('identityfile', target.identityFile);
  own('proxyjump', target.proxyJump);
  const files = target.configFile ? [target.configFile] : [join(homedir(), '.ssh', 'config')];
  if (!target.configFile && process.platform !== 'win32') files.push('/etc/ssh/ssh_config');
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const computed = SshConfig.parse(text).compute({ Host: target.host, User: target.user });
    for (const [key, value] of Object.entries(computed)) {
      const list = Array.isArray(value) ? value : [value];
      const known = values.get(key.toLowerCase());
      if (key.toLowerCase() === 'identityfile') values.set('identityfile', [...(known ?? []), ...list]);
      else if (known === undefined) values.set(key.toLowerCase(), list);
    }
  }
  return values;
}

/** Makes settings of raw values; where a key is absent, OpenSSH's default stands. */
export function interpret(values: Values, target: SshTarget): SshConfiguration {
  const first = (key: string, absent = '') => values.get(key)?.[0] ?? absent;
  const yes = (key: string, absent: 'yes' | 'no') => /^(yes|true)$/i.test(first(key, absent));
  const none = (value: string) => (value.toLowerCase() === 'none' ? '' : value);
  const user = first('user', localUser());
  const hostName = first('hostname', target.host).replaceAll('%h', target.host);
  const port = Number(first('port', '22'));
  const path = (text: string) => expandPath(text, { hostName, host: target.host, port, user });
  const paths = (key: string, absent: string[]) =>
    (values.get(key) ?? [absent.join(' ')]).flatMap(splitPaths).filter(none).map(path);
  const strict = first('stricthostkeychecking', 'ask').toLowerCase();
  const family = first('addressfamily', 'any');
  const timeout = Number(first('connecttimeout'));
  return {
    hostName,
    port,
    user,
    identityFiles: (values.get('identityfile') ?? defaultIdentities).filter(none).map(path),
    identitiesOnly: yes('identitiesonly', 'no'),
    identityAgent: agentSocket(first('identityagent', 'SSH_AUTH_SOCK'), path),
    certificateFiles: (values.get('certificatefile') ?? []).filter(none).map(path),
    proxyJump: none(first('proxyjump')),
    proxyCommand: none(first('proxycommand')),
    userKnownHostsFiles: paths('userknownhostsfile', ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
    globalKnownHostsFiles: paths('globalknownhostsfile', [
      '/etc/ssh/ssh_known_hosts',
      '/etc/ssh/ssh_known_hosts2',
    ]),
    revokedHostKeys: none(first('revokedhostkeys')),
    hostKeyAlias: first('hostkeyalias'),
    hashKnownHosts: yes('hashknownhosts', 'no'),
    // `no` would let a changed key pass; here it lets an unknown one pass, no more.
    strictHostKeyChecking: /^(yes|true)$/.test(strict) ? 'yes' : strict === 'ask' ? 'ask' : 'accept-new',
    addressFamily: family === 'inet' ? 4 : family === 'inet6' ? 6 : 0,
    connectTimeoutMs: timeout > 0 ? timeout * 1000 : defaultConnectTimeoutMs,
    methods: {
      publickey: /^(yes|true|unbound|host-bound)$/i.test(first('pubkeyauthentication', 'yes')),
      password: yes('passwordauthentication', 'yes'),
      keyboardInteractive: yes('kbdinteractiveauthentication', 'yes'),
    },
    prompts: Number(first('numberofpasswordprompts', '3')) || 3,
  };
}

const defaultIdentities = ['id_rsa', 'id_ecdsa', 'id_ed25519'].map((name) => `~/.ssh/${name}`);

/** `ssh -G` writes several paths in a line, without quotes: a path begins at a slash, a tilde or a drive. */
const splitPaths = (text: string): string[] => text.split(/\s+(?=[~/%"]|[A-Za-z]:[\\/]|none$)/);

function agentSocket(setting: string, path: (text: string) => string): string | undefined {
  if (setting.toLowerCase() === 'none') return undefined;
  if (setting === 'SSH_AUTH_SOCK') return process.env['SSH_AUTH_SOCK'] || undefined;
  if (/^\$[A-Za-z_]\w*$/.test(setting)) return process.env[setting.slice(1)] || undefined;
  return path(setting);
}

/** Replaces the tokens that ssh_config(5) allows in paths. */
function expandPath(
  text: string,
  at: { hostName: string; host: string; port: number; user: string },
): string {
  const tokens: Record<string, string> = {
    '%': '%',
    d: homedir(),
    h: at.hostName,
    n: at.host,
    p: String(at.port),
    r: at.user,
    u: localUser(),
  };
  return expandHome(text.replace(/^"(.*)"$/, '$1'))
    .replace(/\$\{(\w+)\}/g, (_, name: string) => process.env[name] ?? '')
    .replace(/%(.)/g, (whole, token: string) => tokens[token] ?? whole);
}

/** The name of the user here; some containers have none. */
function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? 'root';
  }
}
