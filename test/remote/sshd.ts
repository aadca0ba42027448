/** A real OpenSSH server for tests: an ordinary child with a configuration, host keys and a port of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** What a server of a test is like; all is optional. */
export interface SshdOptions {
  /** Further lines of sshd_config. */
  config?: string[];
  /** Types of its host keys. */
  keyTypes?: ('ed25519' | 'ecdsa' | 'rsa')[];
  /** Each user has the home of the account, not one below the directory of the test. */
  ownHomes?: boolean;
  /** Environment of its sessions. */
  env?: Record<string, string>;
  /** Port; absent: a free one. */
  port?: number;
  /** The beginning of a command that runs the server. */
  wrap?: string[];
  /** Reuse the directory (host keys, homes) of a server that was stopped. */
  directory?: string;
}

/** A running server and the files of its one client. */
export interface Sshd {
  readonly port: number;
  /** Everything of the server and of its client lies in here. */
  readonly directory: string;
  /** HOME of its sessions. */
  readonly home: string;
  /** Path of a private key that the server accepts. */
  readonly identity: string;
  /** Path of the client's known_hosts; the server's keys are in it. */
  readonly knownHosts: string;
  /** Path of the client's configuration, in which the server has the name `lab`. */
  readonly configFile: string;
  readonly pid: number;
  /** What the server has written to its log. */
  log(): string;
  /** The public key of the server of a type, as a line of `type base64`. */
  publicKey(type?: string): string;
  /** Writes the client's configuration anew, these lines first. */
  configure(lines: string[]): void;
  /** Ends the server and its sessions; `keep` keeps the directory. */
  stop(keep?: boolean): Promise<void>;
}

const program = '/usr/sbin/sshd';
const me = userInfo().username;

/** Makes a key pair; answers the private key's path. */
export function makeKey(path: string, type = 'ed25519', passphrase = ''): string {
  execFileSync(
    'ssh-keygen',
    [
      '-q',
      '-t',
      type,
      ...(type === 'rsa' ? ['-b', '2048'] : []),
      '-N',
      passphrase,
      '-C',
      `test ${type}`,
      '-f',
      path,
    ],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  return path;
}

/** A port of 127.0.0.1 that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Starts a server and waits until it answers. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'lockstep-sshd-'));
  const path = (name: string) => join(directory, name);
  const port = options.port ?? (await freePort());
  const keyTypes = options.keyTypes ?? ['ed25519'];
  if (!options.directory) {
    for (const type of keyTypes) makeKey(path(`host_${type}`), type);
    makeKey(path('identity'));
    mkdirSync(path('home'), { mode: 0o700 });
    writeFileSync(path('authorized_keys'), readFileSync(path('identity.pub')));
    chmodSync(directory, 0o711); // the server reads it as the user who comes
    chmodSync(path('authorized_keys'), 0o644);
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  }
  const env = { ...(options.ownHomes ? { LOCKSTEP_TEST: '1' } : { HOME: path('home') }), ...options.env };
  const config = [
    ...(options.config ?? []),
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `PidFile ${path('pid')}`,
    ...keyTypes.map((type) => `HostKey ${path(`host_${type}`)}`),
    `AuthorizedKeysFile ${path('authorized_keys')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    'PrintMotd no',
    'LogLevel VERBOSE',
    `SetEnv ${Object.entries(env)
      .map(([name, value]) => `"${name}=${value}"`)
      .join(' ')}`,
  ];
  writeFileSync(path('sshd_config'), `${config.join('\n')}\n`);
  const [command = program, ...words] = [
    ...(options.wrap ?? []),
    program,
    '-D',
    '-e',
    '-f',
    path('sshd_config'),
  ];
  const child = spawn(command, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // a group of its own: its sessions end with it
  });
  let log = '';
  child.stderr.on('data', (data: Buffer) => (log += data.toString()));
  const publicKey = (type = keyTypes[0] ?? 'ed25519') =>
    readFileSync(path(`host_${type}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
  const knownHosts = path('known_hosts');
  const configure = (lines: string[]) =>
    writeFileSync(
      path('ssh_config'),
      [
        'Host lab',
        ...lines,
        'HostName 127.0.0.1',
        `Port ${port}`,
        `User ${me}`,
        `IdentityFile "${path('identity')}"`,
        'IdentitiesOnly yes',
        'IdentityAgent none',
        `UserKnownHostsFile "${knownHosts}"`,
        'GlobalKnownHostsFile none',
        '',
      ].join('\n'),
    );
  configure([]);
  if (!options.directory) {
    writeFileSync(knownHosts, keyTypes.map((type) => `[127.0.0.1]:${port} ${publicKey(type)}\n`).join(''));
  }
  await answers(port, child, () => log);
  return {
    port,
    directory,
    home: path('home'),
    identity: path('identity'),
    knownHosts,
    configFile: path('ssh_config'),
    pid: child.pid ?? 0,
    log: () => log,
    publicKey,
    configure,
    async stop(keep = false) {
      await endServer(child);
      if (!keep) rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Resolves once the port takes connections. */
async function answers(port: number, child: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`sshd ended at once:\n${log()}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.unref().on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`sshd does not answer on port ${port}:\n${log()}`);
}

/** Ends a server, then its sessions, which are its children. */
async function endServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const sessions = childrenOf(child.pid);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  for (const pid of sessions) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended with its connection
    }
  }
}

/** Processes that a process has started. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}
