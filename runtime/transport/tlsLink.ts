/**
 * Links over TCP for whoever shares a key: TLS 1.3 with an external pre-shared key, proved from both ends before a byte
 * of either passes, and X25519, so that the key of today opens nothing that was recorded yesterday. There are no
 * certificates: none is shown, and none is trusted.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { LockstepError } from '../protocol/errors';
import { handshakeLimitMs } from './handshake';

/** A key and the name by which the other side finds it; the name is no secret. */
export interface SharedKey {
  name: string;
  key: Uint8Array;
}

/** The one suite of both sides: its hash is that of the key's proof. */
const settings = { ciphers: 'TLS_AES_128_GCM_SHA256', minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const;

/** How many may be in their handshake at once; beyond that the one that has taken longest is closed. */
const maximumPending = 64;

/** Connects and proves itself. Rejects with an Error whose message says in a few words why not. */
export function connectTls(host: string, port: number, { name, key }: SharedKey): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...settings,
      host,
      port,
      ca: [],
      pskCallback: () => ({ psk: key, identity: name }),
      checkServerIdentity: () => undefined, // who it is, the key has proved
    });
    socket.setNoDelay(true);
    const refuse = (reason: string, cause?: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new Error(reason, { cause }));
    };
    const limit = handshakeLimitMs;
    const timer = setTimeout(() => refuse(`no answer within ${limit / 1000} s`), limit);
    const failed = (error: NodeJS.ErrnoException) => refuse(reasonOf(error), error);
    socket.once('error', failed).once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', failed).on('error', () => undefined); // `close` follows
      resolve(socket);
    });
  });
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'no way to that address';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no such name';
  if (code === 'ECONNRESET' || code?.startsWith('ERR_SSL')) return 'what answers there is not of this run';
  return message;
}

export interface TlsListener {
  port: number;
  close(): void;
}

/**
 * Listens on the first free port of a range, or on any; calls back with each stream whose other end has proved to know
 * the key of its name. Strangers are closed at once, or where they are silent, in 2 s. Throws LockstepError(noDirectPort).
 */
export async function listenTls(
  ports: readonly [from: number, to: number] | undefined,
  keyOf: (name: string) => Uint8Array | undefined,
  onLink: (stream: Duplex, name: string) => void,
): Promise<TlsListener> {
  const names = new WeakMap<TLSSocket, string>();
  /** Those that have not proved themselves yet, by where they come from, in the order in which they came. */
  const pending = new Map<string, Socket>();
  const server = createServer({
    ...settings,
    handshakeTimeout: handshakeLimitMs,
    pskCallback(socket, name) {
      names.set(socket, name);
      return keyOf(name) ?? null;
    },
  });
  server.on('connection', (socket: Socket) => {
    const [oldest] = pending.values();
    if (oldest && pending.size >= maximumPending) oldest.destroy();
    const origin = originOf(socket);
    pending.set(origin, socket);
    socket.once('close', () => pending.get(origin) === socket && pending.delete(origin));
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('secureConnection', (socket) => {
    pending.delete(originOf(socket));
    socket.on('error', () => undefined); // `close` follows
    socket.setNoDelay(true);
    const name = names.get(socket);
    // A session that is taken up again shows no name: only a fresh proof counts.
    if (name === undefined) socket.destroy();
    else onLink(socket, name);
  });
  const [from, to] = ports ?? [0, 0];
  for (let port = from; port <= to; port += 1) {
    if (await listens(server, port)) {
      return { port: (server.address() as { port: number }).port, close: () => server.close() };
    }
  }
  throw new LockstepError('noDirectPort', { from, to });
}

function originOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** False where the port is taken. */
function listens(server: ReturnType<typeof createServer>, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error);
    server.once('error', failed).listen(port, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}
