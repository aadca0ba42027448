/** A connection by the library ssh2: TCP or a jump host's channel below, the host's key checked, the user let in. */
import { connect as connectTcp } from 'node:net';
import type { Readable } from 'node:stream';
import type { Client } from 'ssh2';
import { LockstepError } from '../../protocol/errors';
import { Authentication } from './authentication';
import { protocolReason, socketError } from './connectionErrors';
import { Deadline } from './deadline';
import { HostKeys } from './hostKeys';
import { joinWrites } from './joinWrites';
import type { Prompter, SshTarget } from './sshTarget';
import { readSshConfiguration, type SshConfiguration } from './sshConfiguration';
import { checkTarget, parseProxyJump } from './sshNames';

/** A ready client, and the clients of the jump hosts below it, nearest to the host first. */
export interface Ssh2Connection {
  client: Client;
  below: Client[];
}

/** How long a host may think about who is let in. Until it has shown its key, ConnectTimeout holds, as with OpenSSH. */
const authenticationMs = 15_000;
/** A link that answers nothing is given up after interval × (count + 1), and one more interval at the most. */
const keepaliveIntervalMs = 2000;
const keepaliveCount = 2;
/** More jumps than this are a loop in the configuration. */
const mostJumps = 8;

/** Connects to a host through its jump hosts. Throws LockstepError. */
export async function connectSsh2(
  target: SshTarget,
  configuration: SshConfiguration,
  prompter: Prompter,
  signal: AbortSignal | undefined,
  depth = 0,
): Promise<Ssh2Connection> {
  if (depth > mostJumps)
    throw new LockstepError('sshBadTarget', {
      host: target.host,
      problem: `more than ${mostJumps} jump hosts`,
    });
  const hops = parseProxyJump(configuration.proxyJump);
  const last = hops.pop();
  let below: Client[] = [];
  try {
    let socket: Readable;
    if (last) {
      const rest = hops.map(formatHop).join(',');
      const hop: SshTarget = { ...last, configFile: target.configFile, proxyJump: rest || undefined };
      checkTarget(hop);
      const jump = await connectSsh2(hop, await readSshConfiguration(hop), prompter, signal, depth + 1);
      below = [jump.client, ...jump.below];
      socket = await forward(jump.client, target.host, hop.host, configuration);
    } else socket = await openSocket(target.host, configuration, signal);
    const client = await shakeHands(target.host, configuration, socket, prompter, signal);
    return { client, below };
  } catch (error) {
    for (const client of below) client.end();
    throw error;
  }
}

const formatHop = ({ user, host, port }: { user?: string; host: string; port?: number }): string =>
  `${user === undefined ? '' : `${user}@`}${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;

function openSocket(
  host: string,
  { hostName, port, addressFamily, connectTimeoutMs }: SshConfiguration,
  signal: AbortSignal | undefined,
): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: hostName, port, family: addressFamily, noDelay: true });
    const where = { host, address: hostName, port };
    const fail = (error: LockstepError) => {
      finish();
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => {
      const seconds = Math.round(connectTimeoutMs / 1000);
      fail(new LockstepError('sshUnreachable', { ...where, reason: `it does not answer for ${seconds} s` }));
    }, connectTimeoutMs);
    const onAbort = () => fail(new LockstepError('sshCancelled', { host }));
    const onError = (error: Error) => fail(socketError(where, error));
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError);
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      finish();
      joinWrites(socket); // connecting gives a socket its own `write` back
      resolve(socket);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}

function forward(
  jump: Client,
  host: string,
  jumpHost: string,
  { hostName, port }: SshConfiguration,
): Promise<Readable> {
  return new Promise((resolve, reject) => {
    jump.forwardOut('127.0.0.1', 0, hostName, port, (error, channel) => {
      if (!error) return resolve(channel);
      const reason = `the jump host ${jumpHost} does not get there (${protocolReason(error)})`;
      reject(
        new LockstepError('sshUnreachable', { host, address: hostName, port, reason }, { cause: error }),
      );
    });
  });
}

async function shakeHands(
  host: string,
  configuration: SshConfiguration,
  sock: Readable,
  prompter: Prompter,
  signal: AbortSignal | undefined,
): Promise<Client> {
  const [ssh, hostKeys] = await Promise.all([import('./sshLibraries'), HostKeys.load(configuration)]);
  return new Promise((resolve, reject) => {
    const client = new ssh.Client();
    let settled = false;
    const fail = (error: LockstepError) => {
      if (settled) return;
      settled = true;
      finish();
      reject(error);
      client.end();
      sock.destroy();
    };
    const failed = (reason: string, cause?: Error) =>
      fail(new LockstepError('sshHandshake', { host, reason }, { cause }));
    let limitMs = configuration.connectTimeoutMs;
    const deadline = new Deadline(limitMs, () => failed(`the host did not answer for ${limitMs / 1000} s`));
    const asking = deadline.around(prompter);
    const authentication = new Authentication(ssh, host, configuration, asking);
    const onAbort = () => fail(new LockstepError('sshCancelled', { host }));
    const finish = () => {
      deadline.dispose();
      signal?.removeEventListener('abort', onAbort);
    };
    let trusted: Buffer | undefined;
    let authenticating = false;

    client.on('ready', () => {
      if (settled) return;
      settled = true;
      finish();
      resolve(client);
    });
    client.on('error', (error: Error & { level?: string }) => {
      // A key that could not be used: the next one is tried.
      if (error.level === 'agent' || settled) return;
      if (error.level === 'client-authentication') fail(authentication.error());
      else if (authenticating && /authentication/i.test(error.message)) fail(authentication.error());
      else failed(protocolReason(error), error);
    });
    client.on('close', () => {
      if (authenticating) fail(authentication.error());
      else failed('the host closed the connection');
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) return onAbort();

    client.connect({
      sock,
      username: configuration.user,
      readyTimeout: 0, // the deadline above knows when a person is being asked
      keepaliveInterval: keepaliveIntervalMs,
      keepaliveCountMax: keepaliveCount,
      algorithms: { serverHostKey: hostKeyAlgorithms(hostKeys.knownTypes) },
      hostVerifier: (key: Buffer, verify: (permitted: boolean) => void) => {
        // The key is shown again when session keys are renewed.
        if (trusted) return verify(trusted.equals(key));
        deadline.allow((limitMs = authenticationMs));
        hostKeys.verify(host, key, configuration, asking).then(
          () => {
            trusted = key;
            verify(true);
          },
          (error: unknown) => {
            fail(LockstepError.from(error));
            verify(false);
          },
        );
      },
      authHandler: (offered, partialSuccess, next) => {
        authenticating = true;
        authentication.next(offered, partialSuccess).then(
          (method) => (method ? next(method) : fail(authentication.error())),
          (error: unknown) => fail(LockstepError.from(error)),
        );
      },
    });
  });
}

const allHostKeyAlgorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const;
type HostKeyAlgorithm = (typeof allHostKeyAlgorithms)[number];

/** The algorithms in order of preference: those of keys that are known come first, or a known host would look changed. */
function hostKeyAlgorithms(knownTypes: string[]): HostKeyAlgorithm[] {
  const isKnown = (name: string) => knownTypes.includes(name.startsWith('rsa-') ? 'ssh-rsa' : name);
  return [...allHostKeyAlgorithms.filter(isKnown), ...allHostKeyAlgorithms.filter((name) => !isKnown(name))];
}
