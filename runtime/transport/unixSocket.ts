/** Sockets in the run directory, with the handshake done. On Windows the same paths name pipes. */
import { createHash } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import { type LinkIdentity, proveAcceptor, proveConnector } from './handshake';

/** A stream of bytes to a process that has proved itself. */
export type Link = Socket;

/** What listens for links; `close` stops it. */
export type LinkServer = Server;

/** How many links may be in their handshake at once; more are closed at the door. */
const maximumPending = 512;

/** The address of a socket of this name in a run directory. */
export function socketAddress(runDirectory: string, name: string): string {
  if (process.platform !== 'win32') return join(runDirectory, name);
  const run = createHash('sha256').update(runDirectory).digest('hex').slice(0, 16);
  return `\\\\.\\pipe\\${basename(runDirectory)}-${run}-${name}`;
}

/** A side that is slow because its machine is busy gets another chance. */
const attempts = 4;

/** Connects and proves itself; rejects when the other side is not there, or not who it should be. */
export async function openLink(address: string, identity: LinkIdentity, secret: Uint8Array): Promise<Link> {
  for (let attempt = 1; ; attempt += 1) {
    const socket = await open(address);
    try {
      await proveConnector(socket, identity, secret);
      return socket;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

function open(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('error', reject).once('connect', () => resolve(socket.off('error', reject)));
  });
}

/** Listens at an address; calls back with each link that has proved itself. */
export async function acceptLinks(
  address: string,
  secretFor: (identity: LinkIdentity) => Uint8Array | undefined,
  onLink: (link: Link, identity: LinkIdentity) => void,
): Promise<LinkServer> {
  let pending = 0;
  const server = createServer((socket) => {
    if (pending >= maximumPending) {
      socket.destroy();
      return;
    }
    pending += 1;
    proveAcceptor(socket, secretFor)
      .then(
        (identity) => onLink(socket, identity),
        () => undefined, // the handshake has closed the socket; a stranger is owed no answer
      )
      .finally(() => (pending -= 1));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(address, resolve);
  });
  return server;
}
