/** Sockets in the run directory, with the handshake done. On Windows the same paths name pipes. */
import { createHash } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import { basename, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type LinkIdentity, proveConnector } from './handshake';
import type { Link } from './link';

/** What listens for streams; `close` stops it. */
export type StreamServer = Server;

/** The address of a socket of this name in a run directory. */
export function socketAddress(runDirectory: string, name: string): string {
  if (process.platform !== 'win32') return join(runDirectory, name);
  const run = createHash('sha256').update(runDirectory).digest('hex').slice(0, 16);
  return `\\\\.\\pipe\\${basename(runDirectory)}-${run}-${name}`;
}

/** A side that is slow, or whose machine is out of reach for less than its lease, gets another chance. */
const attempts = 8;

/** Connects and proves itself; rejects when the other side is not there, or not who it should be. */
export async function openLink(address: string, identity: LinkIdentity, secret: Uint8Array): Promise<Link> {
  return (await openProvenLink(address, identity, secret)).link;
}

/** As `openLink`, with the link's own secret. */
export async function openProvenLink(
  address: string,
  identity: LinkIdentity,
  secret: Uint8Array,
): Promise<{ link: Link; session: Buffer }> {
  for (let attempt = 1; ; attempt += 1) {
    const socket = await openStream(address);
    try {
      const session = await proveConnector(socket, identity, secret);
      return { link: socket, session };
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

/** Connects, without proof: what follows is up to whoever carries the stream on. */
export function openStream(address: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('error', reject).once('connect', () => resolve(socket.off('error', reject)));
  });
}

/** How many may stand at the door of a process that has no time just now: the kernel refuses the next (EAGAIN). */
const backlog = 4096;

/** Listens at an address; calls back with each stream that somebody opens. */
export async function listenAt(address: string, onStream: (stream: Duplex) => void): Promise<StreamServer> {
  const server = createServer(onStream);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ path: address, backlog }, resolve);
  });
  return server;
}
