/**
 * Links over TCP for whoever shares a key: TLS 1.3 with an external pre-shared key, proved from both ends before a byte
 * of either passes, and X25519, so that the key of today opens nothing that was recorded yesterday. There are no
 * certificates: none is shown, and none is trusted.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { LockstepError } from '../protocol/errors';
import { handshakeLimitMs, readExactly } from './handshake';

/** A key and the name by which the other side finds it; the name is no secret. */
export interface SharedKey {
  name: string;
  key: Uint8Array;
}

/** The one suite of both sides: its hash is that of the key's proof. */
const settings = { ciphers: 'TLS_AES_128_GCM_SHA256', minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const;

/** How many may be in their handshake at once; beyond that the one that has taken longest is closed. */
const maximumPending = 64;

/** How a connection begins that is not TLS: this, then a token. */
export const socketMagic = Buffer.from('LKSOCK01');
/** Length of a token. */
export const tokenBytes = 32;

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
 * the key of its name, and with each connection that shows a token instead, in hexadecimal digits, of which nothing else
 * was read. Strangers are closed at once, or where they are silent, in 2 s. Throws LockstepError(noDirectPort).
 */
export async function listenTls(
  ports: readonly [from: number, to: number] | undefined,
  keyOf: (name: string) => Uint8Array | undefined,
  onLink: (stream: Duplex, name: string) => void,
  onToken: (socket: Socket, token: string) => void = (socket) => socket.destroy(),
): Promise<TlsListener> {
  const names = new WeakMap<TLSSocket, string>();
  /** Those that have not proved themselves yet, by where they come from, in the order in which they came. */
  const pending = new Map<string, Socket>();
  const tls = createTlsServer({
    ...settings,
    handshakeTimeout: handshakeLimitMs,
    pskCallback(socket, name) {
      names.set(socket, name);
      return keyOf(name) ?? null;
    },
  });
  const server = createServer((socket) => {
    const [oldest] = pending.values();
    if (oldest && pending.size >= maximumPending) oldest.destroy();
    const origin = originOf(socket);
    pending.set(origin, socket);
    socket.on('error', () => undefined); // `close` follows
    socket.once('close', () => pending.get(origin) === socket && pending.delete(origin));
    readBeginning(socket).then(
      (token) => {
        if (token === undefined) return void tls.emit('connection', socket);
        pending.delete(origin);
        onToken(socket.setNoDelay(true), token);
      },
      () => undefined, // it is closed
    );
  });
  tls.on('tlsClientError', (_error, socket) => socket.destroy());
  tls.on('secureConnection', (socket) => {
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

/** The token that a connection shows, or undefined for one that speaks TLS. Rejects once another one is closed. */
async function readBeginning(socket: Socket): Promise<string | undefined> {
  const timer = setTimeout(() => socket.destroy(), handshakeLimitMs);
  try {
    const byte = await readExactly(socket, 1);
    socket.unshift(byte);
    if (byte[0] !== socketMagic[0]) return undefined;
    const beginning = await readExactly(socket, socketMagic.length + tokenBytes);
    if (beginning.indexOf(socketMagic) !== 0) throw new Error('not one of ours');
    return beginning.toString('hex', socketMagic.length);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function originOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** False where the port is taken. */
function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error);
    server.once('error', failed).listen(port, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}
